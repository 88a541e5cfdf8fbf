// Where the trends lead: the line with its fan for one target, and the table of all.
(function (D) {
  "use strict";
  const { h } = D;
  let at = null;
  const LOOK = { met: "met", ahead: "on_track", behind: "at_risk", slipping: "at_risk", missed: "missed", no_date: "not_due" };

  const amount = (one, value, options) => D.amount(value, one.unit, { digits: one.unit === "%" || one.unit === "pp" ? 1 : undefined, signed: one.compound, ...options });
  const rate = (one, value) => (D.good(value) ? D.t("report.per_year", { value: D.amount(value, one.rate_unit.replace(/\/year$/, ""), { signed: true, digits: /^(%|pp)/.test(one.rate_unit) ? 2 : undefined,
    points: one.unit === "%" && !one.compound}) }) : "–");
  const label = (one) => D.text(one.name);
  const where = (one) => [D.named_("scope", one.scope), /announced/.test(one.figure) && D.t("report.board.announced")].filter(Boolean).join(" · ");

  function option(theme, one) {
    const years = D.yearsOf([{ points: [...one.history, ...one.fan] }]).filter((year) => year >= one.first_year - 5);
    const past = new Map(one.history);
    const fan = new Map(one.fan.map((row) => [row[0], row]));
    const built = D.baseOption(theme, years, D.unit(one.unit).sign, { lines: true, scale: true });
    const factor = D.unit(one.unit).factor;
    const said = (value) => amount(one, value);
    const line = (name, pick, look) => ({ type: "line", name, symbol: "none", connectNulls: false, data: years.map((year) => {
      const value = pick(year);
      return D.good(value) ? { value: value * factor, said: said(value), year, name } : { value: null };
    }), ...look });
    const low = (year) => (fan.has(year) ? fan.get(year)[2] : undefined);
    const high = (year) => (fan.has(year) ? fan.get(year)[3] : undefined);
    const band = theme.get("line-1");
    built.series = [
      line(D.t("assess.outlook.low"), low, { lineStyle: { width: 1, type: "dotted", color: band }, color: band }),
      line(D.t("assess.outlook.high"), high, { lineStyle: { width: 1, type: "dotted", color: band }, color: band }),
      line(D.t("assess.outlook.trend"), (year) => (fan.has(year) ? fan.get(year)[1] : undefined), { lineStyle: { width: 2, type: "dashed", color: band }, color: band }),
      line(D.t("assess.outlook.history"), (year) => past.get(year), { lineStyle: { width: 2.2, color: theme.get("line-8") }, color: theme.get("line-8"), symbol: "circle", symbolSize: 5 }),
    ];
    // the area between the ends of the interval: a transparent floor and the width above it
    const floor = years.map((year) => (fan.has(year) ? low(year) * factor : null));
    const width = years.map((year) => (fan.has(year) ? (high(year) - low(year)) * factor : null));
    const bare = (data, area) => ({ type: "line", data, stack: "fan", stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, areaStyle: area ? { color: band, opacity: 0.13 } : { opacity: 0 }, tooltip: { show: false } });
    built.series.unshift(bare(floor, false), bare(width, true));
    if (one.due_year && D.good(one.goal)) {
      built.series.push({ type: "scatter", name: D.t("report.chart.target_point"), symbol: "diamond", symbolSize: 13, color: theme.get("target"), z: 6,
        data: [[String(one.due_year), one.goal * factor]].filter((point) => years.includes(Number(point[0]))).map((value) => ({ value, said: said(one.goal), year: one.due_year, name: D.t("report.chart.target_point") })) });
    }
    built.legend.data = built.series.slice(2).map((series) => series.name);
    return built;
  }
  function chart(place, one) {
    D.chartCard(place, { title: label(one), lead: [where(one), one.base_year && one.compound && D.t("assess.outlook.since", { year: one.base_year })].filter(Boolean).join(" · "), height: 330, build: (theme) => option(theme, one),
      table: () => ({ head: [D.t("assess.outlook.history"), D.t("assess.outlook.trend"), D.t("assess.outlook.low"), D.t("assess.outlook.high")],
        rows: [...one.history.map(([year, value]) => [year, [amount(one, value), "", "", ""]]), ...one.fan.map(([year, ...ends]) => [year, ["", ...ends.map((end) => amount(one, end))]])] }),
      note: () => h("p", {}, D.text(one.why)) });
  }

  function table(all, pick) {
    const heads = [D.t("report.board.name"), [D.t("report.board.current"), "num"], [D.t("report.board.target"), "num"], [D.t("assess.outlook.rate"), "num"], [D.t("assess.outlook.required"), "num"],
      [D.t("assess.outlook.expected"), "num"], [D.t("assess.outlook.meets"), "num"], D.t("report.board.state")];
    const range = (one) => (one.earliest === one.latest ? null : h("div", { class: "muted" }, `${one.earliest ?? "–"} – ${one.latest ?? D.t("assess.outlook.later")}`));
    const rows = all.map((one, index) => ({ cls: index === at ? "on" : "", cells: [
      h("button", { type: "button", class: "plain pick-outlook", "data-outlook": index, onclick: () => pick(index) }, h("span", { class: "target-name" }, label(one)), h("span", { class: "muted outlook-where" }, where(one))),
      [D.asked(one.figure + (one.scope ? `|${one.scope}` : ""), one.year, amount(one, one.value), one.quality), h("div", { class: "muted" }, String(one.year))],
      amount(one, one.goal),
      [rate(one, one.rate), h("div", { class: "muted" }, `${rate(one, one.rate_low)} … ${rate(one, one.rate_high)}`)],
      rate(one, one.required),
      D.good(one.expected) ? [amount(one, one.expected), h("div", { class: "muted" }, `${amount(one, one.low)} … ${amount(one, one.high)}`)] : "–",
      one.meets === null ? D.t("assess.outlook.later") : [String(one.meets), range(one)],
      h("span", { class: `pill small state-${LOOK[one.state]}` }, D.icon(LOOK[one.state]), h("span", {}, D.text(one.state_name)))] }));
    return D.card("", D.sheet(heads, rows, { class: "data assess-table outlook-table" }));
  }

  D.section("outlook", () => {
    const place = document.getElementById("outlook-place");
    const all = D.data.outlook;
    if (!all.length) return D.fill(place, h("p", { class: "missing" }, D.t("assess.outlook.none")));
    if (at === null) at = Math.max(0, all.findIndex((one) => one.state === "behind"));
    const top = h("div", {});
    const bottom = h("div", {});
    const pick = (index, move) => {
      at = index;
      D.dropCharts(top);
      D.fill(top);
      chart(top, all[at]);
      D.fill(bottom, table(all, (next) => pick(next, true)));
      if (move) { D.goto(top); bottom.querySelector(`[data-outlook="${at}"]`).focus({ preventScroll: true }); }
    };
    D.fill(place, top, bottom);
    return pick(at);
  });
})(window.Dafeng);
