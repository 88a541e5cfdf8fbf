// Hour by hour: dispatch of an area in chosen hours, and duration curves.
(function (D) {
  "use strict";
  const P = D.plan;
  const SPANS = ["peak", "residual", "spring", "months", "days"];
  const last = P.years[P.years.length - 1];
  const chosen = { area: "plan", year: last, span: "peak", curve: "plan", curveYear: last };
  const START = new Date(Date.UTC(2018, 0, 1)); // the year of the load shapes begins on a Monday

  /** What each hour of a span is called. */
  function labels(span, year, count) {
    if (span === "months") return Array.from({ length: count }, (_, t) => D.t("plan.page.month_hour", { month: Math.floor(t / 24) + 1, hour: t % 24 }));
    if (span === "days") {
      const { days } = D.data.stages.find((stage) => stage.years.includes(year));
      return Array.from({ length: count }, (_, t) => D.t("plan.page.typical", { day: day(days.chosen[Math.floor(t / 24)]), weight: D.number(days.weight[Math.floor(t / 24)], 0), hour: t % 24 }));
    }
    const first = D.data.spans[year][span];
    return Array.from({ length: count }, (_, t) => `${day(Math.floor((first + t) / 24))} ${t % 24}:00`);
  }
  function day(number) {
    const when = new Date(START.getTime() + number * 864e5);
    return new Intl.DateTimeFormat(D.TAGS[D.lang], { month: "numeric", day: "numeric", timeZone: "UTC" }).format(when);
  }

  const found = () => D.data.dispatch[chosen.area][chosen.year][chosen.span];
  const controls = (draw) => {
    const set = (key) => (value) => { chosen[key] = value; draw(); };
    return [P.pickArea(chosen.area, set("area")), P.pickYear(chosen.year, set("year")),
      D.select(D.t("plan.page.span"), SPANS.map((span) => [span, P.span(span)]), chosen.span, set("span"))].filter(Boolean);
  };
  const hourAxis = (option, names, every) => {
    option.dataZoom = [];
    option.grid.bottom = 4;
    option.xAxis.axisLabel.interval = (index) => index % every === 0;
    option.xAxis.axisLabel.formatter = (text) => text.replace(/ 0(:00|时|時)$/, "");
    option.animation = false;
  };

  function dispatch(theme) {
    const one = found();
    const names = labels(chosen.span, chosen.year, one.load.length);
    const how = P.scale("GW", one.load);
    const option = D.baseOption(theme, names, how.sign, { lines: true, icon: "rect" });
    const said = (value) => D.join(P.bare(value, how), how.sign);
    const area = (group, sign) => ({ type: "line", stack: sign > 0 ? "up" : "down", name: P.groupName(group), symbol: "none", color: P.colour(theme, group),
      lineStyle: { width: 0 }, areaStyle: { opacity: 0.95 }, data: one.groups[group].map((value, t) => ({ value: sign * value * how.scale, year: names[t], said: value ? said(sign * value) : "" })) });
    option.series = [...P.UP.filter((group) => one.groups[group]).map((group) => area(group, 1)), ...P.DOWN.filter((group) => one.groups[group]).map((group) => area(group, -1)),
      { type: "line", name: P.groupName("load"), symbol: "none", color: P.colour(theme, "load"), lineStyle: { width: 1.6 }, z: 5,
        data: one.load.map((value, t) => ({ value: value * how.scale, year: names[t], said: said(value) })) }];
    hourAxis(option, names, 24);
    option.grid.top = 58;
    option.legend.type = "plain";
    return option;
  }
  const table = () => {
    const one = found();
    const how = P.scale("GW", one.load);
    const groups = [...P.UP, ...P.DOWN].filter((group) => one.groups[group]);
    return { first: D.t("plan.page.span"), head: [...groups.map(P.groupName), P.groupName("load"), `${P.groupName("price")} (${D.unit("CNY/MWh").sign})`],
      rows: labels(chosen.span, chosen.year, one.load.length).map((name, t) => [name, [...groups.map((group) => P.bare(one.groups[group][t], how)), P.bare(one.load[t], how), D.number(one.price[t], 0)]]) };
  };
  function price(theme) {
    const one = found();
    const names = labels(chosen.span, chosen.year, one.price.length);
    const sign = D.unit("CNY/MWh").sign;
    const option = D.baseOption(theme, names, sign, { lines: true });
    option.series = [{ type: "line", step: "middle", name: P.groupName("price"), symbol: "none", color: theme.line(1), lineStyle: { width: 1.6 },
      data: one.price.map((value, t) => ({ value, year: names[t], said: D.join(D.number(value, 0), sign) })) }];
    hourAxis(option, names, 24);
    return option;
  }
  D.section("dispatch", () => {
    const place = P.stack("dispatch");
    let second = null;
    D.chartCard(place, { title: D.t("plan.dispatch.head"), lead: D.t("plan.page.above"), height: 430, build: dispatch, table,
      controls: (draw) => controls(() => { draw(); second.draw(); }), note: () => D.h("p", { class: "muted" }, D.t("plan.page.modelled")) });
    second = D.chartCard(place, { title: D.t("plan.page.price_of"), height: 190, build: price, table });
  });

  // ---- duration ----------------------------------------------------------------------------------------------
  const curves = () => D.data.duration[chosen.curve][chosen.curveYear];
  const pick = (draw) => {
    const set = (key) => (value) => { chosen[key] = value; draw(); };
    return [P.pickArea(chosen.curve, set("curve")), P.pickYear(chosen.curveYear, set("curveYear"))].filter(Boolean);
  };
  function curve(keys, unit, colours) {
    return (theme) => {
      const one = curves();
      const how = unit === "GW" ? P.scale("GW", one.load) : { sign: D.unit(unit).sign, scale: 1, digits: 0 };
      const option = D.baseOption(theme, one.hours, how.sign, { lines: true });
      option.series = keys.map((key, at) => ({ type: "line", name: P.groupName(key), symbol: "none", color: theme.line(colours[at]), lineStyle: { width: 2 },
        data: one[key].map((value, t) => ({ value: value * how.scale, year: `${D.t("plan.page.hour_rank")}${D.t("report.colon")}${one.hours[t] + 1}`, said: D.join(P.bare(value, how), how.sign) })) }));
      hourAxis(option, one.hours, 20);
      return option;
    };
  }
  const curveTable = (keys) => () => {
    const one = curves();
    return { first: D.t("plan.page.hour_rank"), head: keys.map(P.groupName), rows: one.hours.map((hour, t) => [hour + 1, keys.map((key) => D.number(one[key][t], 1))]) };
  };
  D.section("duration", () => {
    const box = D.h("div", { class: "pair" });
    D.fill(P.place("duration"), box);
    let second = null;
    D.chartCard(box, { title: D.t("plan.page.load_curve"), height: 300, build: curve(["load", "residual"], "GW", [0, 2]), table: curveTable(["load", "residual"]),
      controls: (draw) => pick(() => { draw(); second.draw(); }) });
    second = D.chartCard(box, { title: D.t("plan.page.price_curve"), height: 300, build: curve(["price"], "CNY/MWh", [1]), table: curveTable(["price"]) , controls: (draw) => pick(() => draw()) });
  });
})(window.Dafeng);
