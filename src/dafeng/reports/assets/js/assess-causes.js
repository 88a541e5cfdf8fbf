// Why the emissions changed: the waterfall of a decomposition, its table, decoupling, and what they are made of.
(function (D) {
  "use strict";
  const { h } = D;
  const chosen = { identity: 0, span: "whole", structure: "share" };

  const identity = () => D.data.causes.identities[chosen.identity];
  function spanOf(one) {
    if (chosen.span === "whole" || chosen.span === "last") return one[chosen.span];
    return one.periods.find((span) => D.years(span.start, span.end) === chosen.span) || one.whole;
  }
  const effectKey = (one, at) => `${D.data.region}/effect.${one.id}.${one.factors[at].id}`;

  // ---- the waterfall -----------------------------------------------------------------------------------------
  function steps(one, span) {
    const whole = Math.max(...span.effects.map(Math.abs)) > 0.12 * span.before;
    let at = whole ? span.before : 0;
    const found = [];
    if (whole) found.push({ name: String(span.start), from: 0, to: span.before, kind: "total", value: span.before });
    span.effects.forEach((effect, index) => {
      found.push({ name: D.text(one.factors[index].name), from: at, to: at + effect, kind: effect > 0 ? "more" : "less", value: effect, index });
      at += effect;
    });
    found.push(whole ? { name: String(span.end), from: 0, to: span.after, kind: "total", value: span.after }
      : { name: D.t("assess.causes.change"), from: 0, to: span.change, kind: "total", value: span.change });
    return found;
  }
  function waterfall(theme) {
    const one = identity();
    const span = spanOf(one);
    const bars = steps(one, span);
    const how = D.scaleOf(one.unit, bars.map((bar) => bar.value));
    const option = D.baseOption(theme, bars.map((bar) => bar.name), how.sign, { icon: "roundRect" });
    option.legend.show = false;
    option.xAxis.axisLabel = { ...option.xAxis.axisLabel, interval: 0, width: Math.floor(440 / bars.length), fontSize: bars.length > 6 ? 11 : 12, overflow: "break", hideOverlap: false, lineHeight: 15 };
    option.tooltip.axisPointer = { type: "none" };
    const color = { more: theme.get("missed-fill"), less: theme.get("on_track-fill"), total: theme.get("line-8") };
    const parts = bars.map((bar) => D.barBetween(bar.from * how.scale, bar.to * how.scale));
    const base = (key) => ({ type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, barCategoryGap: "38%",
      data: parts.map((part) => ({ value: part[key] })) });
    const seen = (key) => ({ type: "bar", stack: "all", barCategoryGap: "38%",
      label: { show: key === "up", position: "top", color: theme.ink, fontSize: 12, formatter: (item) => item.data.label || "" },
      data: parts.map((part, at) => {
        const bar = bars[at];
        const text = D.quantity(bar.value, one.unit, { signed: bar.kind !== "total" || bars[0].kind !== "total", how });
        const here = part[key] !== 0;
        return { value: part[key], said: here ? text : undefined, name: bar.name, year: D.years(span.start, span.end), itemStyle: { color: color[bar.kind] },
          label: { position: key === "up" ? "top" : "bottom", show: here && (key === "up" || part.up === 0) },
          figure: bar.index === undefined ? undefined : effectKey(one, bar.index), quality: one.quality,
          text: D.quantity(bar.value, one.unit, { signed: bar.kind !== "total", how, bare: true }) };
      }) });
    option.series = [base("baseUp"), seen("up"), base("baseDown"), seen("down")];
    option.series.forEach((series) => { if (series.label) series.label.formatter = (item) => item.data.text; });
    option.series[3].label.show = true;
    return option;
  }
  function spanWords(one, span) {
    return D.t("assess.causes.span", { start: span.start, end: span.end, before: D.quantity(span.before, one.unit), after: D.quantity(span.after, one.unit),
      change: D.quantity(span.change, one.unit, { signed: true }), percent: D.percent((span.change / span.before) * 100) });
  }
  function waterfallCard(place) {
    D.chartCard(place, { title: D.t("assess.causes.waterfall"), lead: D.text(identity().title), height: 320, build: waterfall,
      controls: (draw) => {
        const one = identity();
        const spans = [["whole", D.years(one.whole.start, one.whole.end)], ...one.periods.slice(one.periods.length > 1 ? 0 : 1).map((span) => [D.years(span.start, span.end), D.years(span.start, span.end)])];
        const last = D.years(one.last.start, one.last.end);
        if (!spans.some(([, text]) => text === last)) spans.push(["last", last]);
        const choose = (value) => { chosen.span = value; draw(); };
        return spans.length > 5 ? D.select(D.t("assess.causes.period"), spans, chosen.span, choose) : D.segments(D.t("assess.causes.period"), spans, chosen.span, choose);
      },
      table: () => {
        const one = identity();
        const span = spanOf(one);
        return { first: D.t("assess.causes.factor"), head: [D.t("assess.causes.effect"), D.t("assess.causes.share")],
          rows: one.factors.map((factor, at) => [D.text(factor.name), [D.asked(effectKey(one, at), one.last.end, D.quantity(span.effects[at], one.unit, { signed: true }), one.quality),
            D.percent((span.effects[at] / span.before) * 100)]]) };
      },
      note: () => h("p", { class: "muted" }, spanWords(identity(), spanOf(identity()))) });
  }

  // ---- every year --------------------------------------------------------------------------------------------
  function yearly(theme) {
    const one = identity();
    const years = one.yearly.map((span) => span.end);
    if (years.length < 2) return null;
    const how = D.scaleOf(one.unit, one.yearly.flatMap((span) => [span.change, ...span.effects]));
    const option = D.baseOption(theme, years, how.sign, { icon: "roundRect" });
    option.series = one.factors.map((factor, at) => ({ type: "bar", stack: "all", name: D.text(factor.name), color: theme.line(at), barCategoryGap: "30%",
      data: one.yearly.map((span) => ({ value: span.effects[at] * how.scale, year: span.end, name: D.text(factor.name), quality: one.quality,
        said: D.quantity(span.effects[at], one.unit, { signed: true, how }), figure: effectKey(one, at) })) }));
    option.series.push({ type: "line", name: D.t("assess.causes.change"), color: theme.ink, symbolSize: 5, lineStyle: { width: 1.6 }, z: 5,
      data: one.yearly.map((span) => ({ value: span.change * how.scale, year: span.end, name: D.t("assess.causes.change"), said: D.quantity(span.change, one.unit, { signed: true, how }) })) });
    return option;
  }
  function yearlyCard(place) {
    D.chartCard(place, { title: D.t("assess.causes.yearly"), lead: D.text(identity().title), height: 320, build: yearly,
      table: () => {
        const one = identity();
        const how = D.scaleOf(one.unit, one.yearly.flatMap((span) => [span.change, ...span.effects]));
        const cell = (value) => D.quantity(value, one.unit, { signed: true, how, bare: true });
        return { head: [...one.factors.map((factor) => D.text(factor.name)), `${D.t("assess.causes.change")} (${how.sign})`],
          rows: one.yearly.map((span) => [span.end, [...span.effects.map(cell), cell(span.change)]]) };
      } });
  }

  function periodTable(one) {
    const spans = [...one.periods, ...(one.periods.length > 1 ? [{ ...one.whole, cls: "sum" }] : [])];
    if (!one.periods.some((span) => span.start === one.last.start)) spans.push({ ...one.last });
    const how = D.scaleOf(one.unit, spans.flatMap((span) => [span.after, ...span.effects]));
    const cell = (value, signed = true) => D.quantity(value, one.unit, { signed, how, bare: true });
    const heads = [`${D.t("assess.causes.period")}`, [D.t("assess.causes.before"), "num"], ...one.factors.map((factor) => [D.text(factor.name), "num"]),
      [D.t("assess.causes.change"), "num"], [D.t("assess.causes.after"), "num"]];
    const rows = spans.map((span) => ({ cls: span.cls, cells: [D.years(span.start, span.end), cell(span.before, false),
      ...span.effects.map((effect, at) => D.askedBare(effectKey(one, at), one.last.end, cell(effect))), h("b", {}, cell(span.change)), cell(span.after, false)] }));
    return D.card(`${D.t("assess.causes.table")} · ${D.text(one.title)}`, h("p", { class: "muted" }, D.t("report.chart.unit", { unit: how.sign }), D.mark(one.quality)), D.sheet(heads, rows));
  }

  // ---- decoupling --------------------------------------------------------------------------------------------
  function decoupling() {
    const found = D.data.causes.decoupling;
    if (found.why) return D.card(D.t("assess.causes.decoupling"), h("p", { class: "missing" }, D.text(found.why)));
    const last = found.yearly[found.yearly.length - 1];
    const spans = found.periods.some((one) => one.start === last.start) ? found.periods : [...found.periods, last];
    const rows = spans.map((one) => [D.years(one.start, one.end), D.percent(one.driver_pct), D.percent(one.pressure_pct),
      D.good(one.elasticity) ? D.number(one.elasticity, 2) : "–", h("span", { class: `pill small tapio-${one.state}` }, D.text(one.text))]);
    return D.card(D.t("assess.causes.decoupling"), h("p", { class: "muted" }, D.t("assess.causes.decoupling_lead")),
      D.sheet([D.t("assess.causes.period"), [D.t("assess.causes.gdp"), "num"], ["CO2", "num"], [D.t("assess.causes.elasticity"), "num"], D.t("assess.causes.state")], rows));
  }

  // ---- structure ---------------------------------------------------------------------------------------------
  function stacked(theme, one) {
    const years = one.parts[0].points.map((point) => point[0]);
    const totals = years.map((_, at) => one.parts.reduce((sum, part) => sum + part.points[at][1], 0));
    const how = D.scaleOf(one.figure.unit, totals);
    const share = chosen.structure === "share";
    const option = D.baseOption(theme, years, share ? "%" : how.sign, { icon: "roundRect" });
    if (share) Object.assign(option.yAxis, { max: 100, interval: 20 });
    option.series = one.parts.map((part, index) => ({ type: "bar", stack: "all", name: D.text(part.name), color: part.id === "rest" ? theme.get("not_measurable-fill") : theme.line(index),
      barCategoryGap: "28%", data: part.points.map(([year, value], at) => ({ value: share ? (value / totals[at]) * 100 : value * how.scale, year, name: D.text(part.name), quality: one.figure.quality,
        said: `${D.quantity(value, one.figure.unit, { how })} (${D.number((value / totals[at]) * 100, 1)}%)` })) }));
    return option;
  }
  function structureCard(place, one) {
    D.chartCard(place, { title: D.t(`assess.causes.by_${one.id}`), height: 300, build: (theme) => stacked(theme, one),
      controls: (draw) => D.segments(D.t("report.chart.scale"), [["share", D.t("report.chart.share")], ["absolute", D.t("report.chart.absolute")]], chosen.structure,
        (mode) => { chosen.structure = mode; draw(); }),
      table: () => {
        const how = D.scaleOf(one.figure.unit, one.parts.flatMap((part) => part.points.map((point) => point[1])));
        return { head: one.parts.map((part) => `${D.text(part.name)} (${how.sign})`),
          rows: one.parts[0].points.map(([year], at) => [year, one.parts.map((part) => D.quantity(part.points[at][1], one.figure.unit, { how, bare: true }))]) };
      } });
  }

  function render(place) {
    const all = D.data.causes.identities;
    D.fill(place);
    if (!all.length) D.fill(place, h("p", { class: "missing" }, D.t("assess.causes.none"), " ", D.text((D.data.causes.refused[0] || {}).why)));
    else {
      const one = identity();
      const top = h("div", { class: "controls card slim" }, all.length > 1 && D.select(D.t("assess.causes.identity"), all.map((each, at) => [String(at), D.text(each.title)]), String(chosen.identity),
        (value) => { chosen.identity = Number(value); chosen.span = "whole"; render(place); }, { class: "pick-identity" }),
      h("span", { class: "muted" }, h("code", {}, one.identity), " ", D.text(one.note)));
      const pair = h("div", { class: "pair" });
      D.dropCharts(place);
      place.append(top, pair);
      waterfallCard(pair);
      yearlyCard(pair);
      if (one.seams.length) place.append(h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("assess.causes.seams", { years: D.list(one.seams.map(String)) }))));
      place.append(periodTable(one));
    }
    place.append(decoupling());
    const pair = h("div", { class: "pair" });
    place.append(pair);
    D.data.causes.structure.forEach((one) => structureCard(pair, one));
  }
  D.section("causes", () => render(document.getElementById("causes-place")));
})(window.Dafeng);
