// How the year rates: the 5+9 table, what would change the grade, what follows from it, and the older 100 points.
(function (D) {
  "use strict";
  const { h } = D;
  const STATE = { met: "met", unmet: "missed", missing: "no_data" };

  function value(one) {
    if (!D.good(one.value)) return "–";
    const text = D.amount(one.value, one.unit, { digits: one.unit === "%" ? 2 : undefined, signed: one.basis === "change" });
    return [D.asked(one.figure, one.year, text, one.quality), h("div", { class: "muted" }, String(one.year))];
  }
  function goal(one) {
    if (D.good(one.goal)) return D.amount(one.goal, one.unit, { signed: one.basis === "change" });
    if (one.pace) return [h("span", { class: "none" }, "–"), h("div", { class: "muted" }, D.t("assess.rating.pace", { value: D.percent(one.pace.goal, 2) }))];
    return h("span", { class: "none" }, "–");
  }
  function indicators(measures) {
    const heads = [D.t("assess.rating.indicator"), [D.t("assess.rating.value"), "num"], [D.t("assess.rating.goal"), "num"], D.t("assess.rating.finding"), D.t("assess.rating.note")];
    return ["control", "support"].map((group) => {
      const rows = measures.indicators.filter((one) => one.group === group);
      return D.card(D.t(`assess.rating.group_${group}`, { count: rows.length }), D.sheet(heads, rows.map((one) => [
        [h("div", { class: "target-name" }, `${one.no} ${D.text(one.name)}`), h("div", { class: "muted" }, D.text(one.rule))],
        value(one), goal(one),
        h("span", { class: `pill small state-${STATE[one.state]}` }, D.icon(STATE[one.state]), h("span", {}, D.t(`assess.rating.${one.state}`))),
        [one.state === "missing" ? h("div", {}, D.text(one.note)) : one.given || "", one.indication && h("div", { class: "muted" }, D.text(one.indication))]]), { class: "data assess-table rating-table" }));
    });
  }
  const days = (duty) => (duty.days === null ? D.t("assess.rating.no_days")
    : D.t(duty.day_kind === "working" ? "assess.rating.working_days" : "assess.rating.calendar_days", { count: duty.days }));
  function duties(found) {
    return found.duties.length > 0 && D.card(D.t("assess.rating.duties"), D.sheet([D.t("assess.rating.what"), D.t("assess.rating.who"), D.t("assess.rating.days")],
      found.duties.map((duty) => [[D.text(duty.what), duty.contingent && h("span", { class: "tag plain-tag" }, D.t("assess.rating.contingent"))], D.text(duty.who), days(duty)])));
  }
  function grade(found, lead) {
    return h("div", { class: "card verdict" },
      h("p", { class: "verdict-line" }, h("span", { class: `grade grade-${found.settled ? found.grade : "open"}` }, found.settled ? D.text(found.name) : D.t("assess.rating.open")),
        h("span", {}, found.settled ? D.t("assess.rating.settled") : D.t("assess.rating.range", { grade: D.text(found.name), best: D.text(found.at_best_name) }))),
      D.list_("ul", found.reasons.map(D.text)), h("p", { class: "muted" }, lead));
  }
  const changes = (found) => found.changes.length > 0 && D.card(D.t("assess.rating.changes"), D.list_("ul", found.changes.map((one) => D.text(one.why))));

  function points(found) {
    if (!found.applies) return D.card(D.t("assess.rating.points"), h("p", {}, D.text(found.why)));
    const rows = found.items.map((one) => [[h("div", { class: "target-name" }, D.text(one.name)), h("div", { class: "muted" }, D.text(one.rule))], D.number(one.points, 0),
      D.good(one.evidence) ? (one.scoring === "completion" ? D.percent(one.evidence * 100, 0, false) : D.number(one.evidence)) : "–", D.text(one.note)]);
    return D.card(D.t("assess.rating.points"), h("p", { class: "muted" }, D.text(found.why)),
      h("p", { class: "verdict-line" }, h("span", { class: "grade grade-open" }, D.t("assess.rating.score", { score: D.number(found.score, 1), best: D.number(found.score_at_best, 1) }))),
      D.sheet([D.t("assess.rating.item"), [D.t("assess.rating.most"), "num"], [D.t("assess.rating.done"), "num"], D.t("assess.rating.note")], rows));
  }

  D.section("rating", () => {
    const place = document.getElementById("rating-place");
    const { measures, points: hundred } = D.data.rating;
    if (!measures.applies) return D.fill(place, D.card("", h("p", {}, D.text(measures.why))));
    return D.fill(place, grade(measures, D.text(measures.why)), indicators(measures), h("div", { class: "pair" }, changes(measures), duties(measures)), points(hundred));
  });
})(window.Dafeng);
