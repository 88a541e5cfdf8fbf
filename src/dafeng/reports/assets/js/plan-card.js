// The quick plan on the main page: peak, targets and wedges, and the way to its own page.
(function (D) {
  "use strict";
  const { h } = D;
  const { quick, no_quick: none } = D.data;

  const tonnes = (mt) => D.amount(mt * 0.01, "1e8t_CO2", { digits: 2 });
  function tiles() {
    const { peak, states, years, summary } = quick;
    const last = years.length - 1;
    const at = (one) => D.t("economy.tile.at", { year: one.year, value: tonnes(one.value) });
    return h("div", { class: "plan-card-tiles" },
      D.tile(D.t("economy.tile.peak"), at(peak.energy), D.peakText(peak.energy)),
      D.tile(D.t("economy.tile.peak_all"), at(peak.all), D.peakText(peak.all)),
      D.statesTile(D.t("report.plan.targets"), states),
      D.tile(D.t("report.plan.last", { year: years[last] }), tonnes(summary.co2_energy[last]), D.t("report.plan.first", { year: years[0], value: tonnes(summary.co2_energy[0]) })));
  }
  const name = (action) => (action ? `${action} ${D.t(`report.action.${action}`)}` : D.t("report.action.0"));
  function wedges(place) {
    const { years, actions } = quick.wedges;
    const most = Math.max(...years.map((_, y) => actions.reduce((sum, one) => sum + Math.abs(one.mt[y]), 0)));
    const seen = (mt) => Math.abs(mt) > 5e-3 * most; // what could be seen
    const shown = actions.filter((one) => one.mt.some(seen));
    const { sign, factor } = D.unit("1e8t_CO2");
    D.chartCard(place, { title: D.t("report.plan.wedges"), lead: D.t("report.plan.wedges_lead"), height: 320,
      build: (theme) => {
        if (!shown.length) return null;
        const option = D.baseOption(theme, years, sign);
        const beside = place.clientWidth > 700;
        option.legend = { ...option.legend, ...(beside ? { type: "plain", orient: "vertical", left: "74%", top: 6, right: 0 } : {}) };
        if (beside) option.grid = { ...option.grid, top: 12, right: "28%" };
        option.series = shown.map((one) => ({ type: "bar", stack: "all", name: name(one.action), barMaxWidth: 64, color: theme.get(`eco-action-${one.action}`) || theme.get("ink-3"),
          data: one.mt.map((mt, y) => (seen(mt) ? { value: mt * 0.01 * factor, year: String(years[y]), said: tonnes(mt) } : { value: null })) }));
        return option;
      },
      table: () => ({ head: actions.map((one) => name(one.action)), rows: years.map((year, y) => [year, actions.map((one) => tonnes(one.mt[y]))]) }) });
  }
  if (!quick && !none) return D.leaveOut("plan");
  D.section("plan", () => {
    const place = document.getElementById("plan-place");
    if (!quick) { D.fill(place, h("p", { class: "warn" }, D.icon("at_risk"), h("div", {}, D.t("report.plan.none"), D.t("report.colon"), D.text(none).split("\n").map((line) => h("div", {}, line))))); return; }
    D.fill(place, h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("report.plan.sketch", { scenario: D.text(quick.scenario.title), count: quick.case.count, days: quick.case.days }))),
      tiles());
    if (quick.wedges) wedges(place);
    place.append(h("p", { class: "summary-line" }, h("a", { class: "boxed", href: `${quick.page}#lang=${D.lang}` }, D.t("report.plan.open"))));
  });
})(window.Dafeng);
