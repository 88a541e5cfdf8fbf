// The other sections of a self-assessment: the year at a glance, key categories, data gaps, notes.
(function (D) {
  "use strict";
  const { h } = D;
  const place = (id) => document.getElementById(`${id}-place`);

  // ---- the year at a glance ----------------------------------------------------------------------------------
  function badge(title, content, goto) {
    return h("button", { type: "button", class: "plain card badge", onclick: () => D.goto(document.getElementById(goto)) }, h("span", { class: "muted" }, title), content);
  }
  function badges() {
    const { peak, rating, summary } = D.data;
    const total = Object.values(summary.states).reduce((sum, count) => sum + count, 0);
    const measures = rating.measures;
    return h("div", { class: "badges" },
      badge(D.t("assess.overview.peak"), peak.verdict ? D.verdictPill(peak.verdict.state, D.text(peak.verdict.name)) : h("span", { class: "pill state-no_data" }, D.t("assess.overview.unknown")), "peak"),
      badge(D.t("assess.overview.rating"), measures.applies
        ? h("span", { class: "badge-line" }, h("span", { class: `grade grade-${measures.settled ? measures.grade : "open"}` }, measures.settled ? D.text(measures.name) : D.t("assess.rating.open")),
          h("span", { class: "muted" }, D.t("assess.overview.evidence", { known: measures.known, total: measures.total })))
        : h("span", { class: "muted" }, D.t("assess.overview.no_rating")), "rating"),
      badge(D.t("assess.overview.targets", { count: total }), h("span", { class: "badge-states" },
        h("span", { class: "state-bar" }, D.STATES.filter((state) => summary.states[state]).map((state) => h("span", { class: `fill state-${state}`, style: { flexGrow: String(summary.states[state]) } }))),
        h("span", { class: "badge-counts" }, D.STATES.filter((state) => summary.states[state]).map((state) => h("span", {}, `${D.t(`state.${state}`)} `, h("b", {}, String(summary.states[state])))))), "board"));
  }
  function change(one) {
    if (!one.change) return null;
    const { value, unit } = one.change;
    return D.t("report.on_year", { value: unit === "pp" ? D.join(D.number(value, 1, true), D.t("report.points")) : `${D.number(value, 1, true)}%` });
  }
  function tile(one) {
    const figure = D.seriesOf(one.figure, one.year);
    return h("article", { class: "card summary-card", "data-key": one.id }, h("h3", {}, D.text(one.title)),
      h("div", { class: "tile-big" }, figure ? D.value(figure, one.year) : D.amount(one.value, one.unit)),
      h("div", { class: "tile-sub" }, h("span", { class: one.late ? "late" : "muted" }, String(one.year), change(one) && h("span", { class: "muted" }, ` · ${change(one)}`)), figure && D.sparkline(figure, 72, 24)));
  }
  D.section("overview", () => {
    const { summary } = D.data;
    D.fill(place("overview"), badges(),
      h("div", { class: "pair verdict-pair" }, D.card(D.t("assess.overview.verdict"), summary.sentences.map((sentence) => h("p", {}, D.text(sentence)))),
        D.card(D.t("assess.overview.matters"), D.list_("ol", summary.matters.map(D.text)))),
      h("div", { class: "key-tiles" }, summary.key.map(tile)));
  });

  // ---- key categories ----------------------------------------------------------------------------------------
  function ranking(rows, title, lead) {
    const kept = rows.filter((one) => one.key);
    if (!kept.length) return null;
    const { figure } = D.data.categories;
    const how = D.scaleOf(figure.unit, rows.map((one) => one.amount));
    const rest = rows.length - kept.length;
    return D.card(title, h("p", { class: "muted" }, lead), D.sheet([D.t("assess.categories.name"), [how.sign, "num"], [D.t("assess.categories.share"), "num"], [D.t("assess.categories.cumulative"), "num"], ["±", "num"]],
      kept.map((one) => [D.text(one.name), D.quantity(one.amount, figure.unit, { how, bare: true }), D.percent(one.share_pct, 1, false), D.percent(one.cumulative_pct, 1, false), D.percent(one.half_pct, 0, false)])),
    rest > 0 && h("p", { class: "muted" }, D.t("assess.categories.rest", { count: rest })));
  }
  D.section("categories", () => {
    const found = D.data.categories;
    if (found.why) return D.fill(place("categories"), h("p", { class: "missing" }, D.text(found.why)));
    const sure = found.uncertainty;
    return D.fill(place("categories"), h("div", { class: "card slim" }, D.good(sure.half_pct) ? D.t("assess.categories.half", { total: D.quantity(sure.total, found.figure.unit), half: D.percent(sure.half_pct, 1, false) }) : D.text(sure.why)),
      h("div", { class: "pair" },
      ranking(found.level, D.t("assess.categories.level", { year: found.year }), D.t("assess.categories.level_lead")),
      ranking(found.trend, D.t("assess.categories.trend", { start: found.base_year, end: found.year }), D.t("assess.categories.trend_lead"))));
  });

  // ---- gaps and notes ----------------------------------------------------------------------------------------
  D.section("gaps", () => {
    const kinds = [...new Set(D.data.gaps.map((gap) => gap.kind))];
    if (!kinds.length) return D.fill(place("gaps"), h("p", { class: "missing" }, D.t("assess.gaps.none")));
    return D.fill(place("gaps"), kinds.map((kind) => {
      const rows = D.data.gaps.filter((gap) => gap.kind === kind);
      const hows = [...new Set(rows.map((gap) => D.text(gap.how)))];
      return D.card(`${D.t(`assess.gaps.${kind}`)} (${rows.length})`, hows.map((how) => [
        D.sheet([D.t("assess.gaps.what"), D.t("assess.gaps.why")], rows.filter((gap) => D.text(gap.how) === how).map((gap) => [D.text(gap.name), D.text(gap.why)]), { class: "data assess-table gap-table" }),
        h("p", { class: "how" }, h("b", {}, D.t("assess.gaps.how")), " ", how)]));
    }));
  });
  D.section("notes", () => D.fill(place("notes"), D.card("", D.list_("ol", D.data.notes.map(D.text)),
    D.data.region === D.nation ? null : h("p", { class: "muted" }, D.t("assess.notes.factors", { sets: D.list([...new Set((D.owned.get(D.data.region) || []).map((figure) => figure.factor_set).filter(Boolean))].map((id) => D.named_("factors", id))) })))));
})(window.Dafeng);
