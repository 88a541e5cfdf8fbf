// Whether the emissions have peaked: the series with its maximum, the tests, and what would change the verdict.
(function (D) {
  "use strict";
  const { h } = D;

  function chart(place, verdict) {
    const figure = D.seriesOf(verdict.series.figure, verdict.last);
    if (!figure) return;
    D.chartCard(place, { title: D.title(figure.name), lead: D.named_("scope", figure.scope), height: 330,
      build: (theme) => {
        const how = D.show(figure);
        const years = D.yearsOf([figure]);
        const option = D.baseOption(theme, years, how.sign, { lines: true, scale: true });
        const line = (text, value) => ({ xAxis: String(value), label: { formatter: text, color: theme.soft, position: "insideEndTop", rotate: 0 } });
        option.series = [{ type: "line", name: D.title(figure.name), color: theme.line(0), symbolSize: 5, lineStyle: { width: 2.2 },
          data: years.map((year) => D.dot(figure, year, (figure.at.get(year) || [])[1] * how.scale, figure.at.has(year) ? D.shown(figure, figure.at.get(year)[1]) : "")),
          markLine: { silent: true, symbol: "none", lineStyle: { color: theme.get("target"), type: "dashed" },
            data: [line(D.t("assess.peak.top_mark", { year: verdict.top }), verdict.top)] } }];
        option.grid.top = 26;
        return option;
      },
      table: () => ({ head: [D.title(figure.name)], rows: figure.points.map((point) => [point[0], [D.value(figure, point[0])]]) }),
      note: () => [h("p", { class: "muted" }, D.named_("vintage", figure.vintage)), h("p", { class: "muted" }, D.named_("factors", figure.factor_set)),
        figure.points.some((point) => D.marked(point[2])) && h("p", { class: "muted" }, D.t("report.chart.hollow"))] });
  }

  function evidence(verdict) {
    const item = (key, value) => [h("dt", {}, D.t(`assess.peak.${key}`)), h("dd", {}, value)];
    const trend = verdict.trend;
    return h("dl", { class: "facts" },
      item("top", [D.asked(verdict.series.figure, verdict.top, `${D.quantity(verdict.top_value, verdict.unit)}`), ` (${verdict.top})`]),
      item("last", [D.asked(verdict.series.figure, verdict.last, `${D.quantity(verdict.last_value, verdict.unit)}`), ` (${verdict.last})`]),
      item("since", D.t("assess.peak.n_years", { count: verdict.since })),
      item("drop", D.percent(verdict.drop_pct, 1, false)),
      item("recent", D.good(verdict.recent_pct) ? D.t("report.per_year", { value: D.percent(verdict.recent_pct, 2) }) : "–"),
      item("trend", trend ? D.t("assess.peak.trend_value", { p: D.number(trend.p_falling, 3), count: trend.years, correction: D.number(trend.correction, 2) }) : D.t("assess.peak.no_trend")),
      verdict.fall && item("fall", D.t("assess.peak.fall_value", { activity: D.quantity(verdict.fall.activity, verdict.unit, { signed: true }),
        intensity: D.quantity(verdict.fall.intensity, verdict.unit, { signed: true }) })));
  }

  function cases(verdict) {
    const rows = [{ cls: "on", cells: [D.t("assess.peak.as_is"), String(verdict.top), D.percent(verdict.drop_pct, 1, false), D.verdictPill(verdict.state, D.text(verdict.name))] },
      ...verdict.cases.map((one) => [D.text(one.label), String(one.top), D.percent(one.drop_pct, 1, false), D.verdictPill(one.state, D.text(one.text))])];
    return D.card(D.t("assess.peak.cases"), h("p", { class: "muted" }, D.t(verdict.robust ? "assess.peak.robust" : "assess.peak.not_robust")),
      D.sheet([D.t("assess.peak.case"), [D.t("assess.peak.top_year"), "num"], [D.t("assess.peak.drop"), "num"], D.t("assess.peak.verdict")], rows));
  }
  const due = (verdict) => D.card(D.t("assess.peak.before"), h("p", { class: "muted" }, D.t("assess.peak.before_lead")),
    D.sheet([D.t("assess.peak.reading"), D.t("report.board.state")], verdict.due.map((one) => [D.t("report.reading.peak_by", { year: one.latest }), D.pill(one.state, true)])));
  const rules = () => h("details", { class: "card assess-rules", open: true }, h("summary", {}, D.t("assess.peak.rules")),
    D.sheet([D.t("assess.peak.rule"), [D.t("report.value"), "num"], D.t("assess.peak.rule_why")], D.data.peak.rules.map((rule) => [D.text(rule.name),
      D.join(D.number(rule.value, rule.value % 1 ? 1 : 0), rule.unit === "year" ? D.t("assess.peak.unit_year") : rule.unit === "%/year" ? D.t("report.per_year", { value: "%" }) : rule.unit), D.text(rule.why)])));

  D.section("peak", () => {
    const place = document.getElementById("peak-place");
    const { verdict, why } = D.data.peak;
    if (!verdict) return D.fill(place, h("p", { class: "missing" }, D.text(why)));
    const head = h("div", { class: "card verdict" }, h("p", { class: "verdict-line" }, D.verdictPill(verdict.state, D.text(verdict.name)), " ", h("span", {}, D.text(why))), evidence(verdict));
    const left = h("div", { class: "stack" });
    D.fill(place, h("div", { class: "pair" }, left, h("div", { class: "stack" }, head, due(verdict))),
      verdict.top_at_seam && h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("assess.peak.seam", { year: verdict.top }))), cases(verdict), rules());
    return chart(left, verdict);
  });
})(window.Dafeng);
