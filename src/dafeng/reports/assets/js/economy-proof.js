// What makes the plan believable: closure of the base year, certificate, replay, limits, the scenario.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;
  const chosen = { year: P.years[P.years.length - 1], tight: true };
  const tiny = (value) => (!D.good(value) ? "–" : value === 0 ? "0" : value.toExponential(1).replace("e", "×10^").replace("+", ""));
  const raised = (text) => { const [base, up] = text.split("×10^"); return up === undefined ? base : [`${base}×10`, h("sup", {}, up.replace("-", "−"))]; };
  P.tiny = (value) => (D.good(value) ? raised(tiny(Math.max(value, 0))) : "–");

  // ---- closure -----------------------------------------------------------------------------------------------
  D.section("closure", () => {
    const place = P.stack("closure");
    const { columns, rows, largest } = data.closure;
    place.append(h("p", { class: "summary-line" }, D.t("economy.page.closed", { value: E.percent(largest.percent, 2), where: largest.fuel ? D.list([E.sector(largest.sector), E.item("fuel", largest.fuel), D.short(largest.region)]) : "–" })));
    place.append(D.card(D.t("economy.page.explained"), explained(), h("p", { class: "muted eco-count" }, D.t("economy.page.explained_note"))));
    const at = Object.fromEntries(columns.map((name, number) => [name, number]));
    E.filtered(place, { table: { columns, rows }, id: "closure-table", most: 200,
      filters: [["region", D.t("economy.col.region"), (id) => D.short(id), rows.length ? rows[0][at.region] : ""], ["sector", D.t("economy.col.sector"), E.sector], ["fuel", D.t("economy.col.fuel"), (id) => E.item("fuel", id)]],
      heads: [D.t("economy.col.sector"), D.t("economy.col.fuel"), D.t("economy.col.region"), [D.t("economy.col.statistics"), "num"], [D.t("economy.col.services"), "num"], [D.t("economy.col.rest"), "num"], [D.t("economy.col.model"), "num"], [D.t("economy.col.difference"), "num"], [D.t("economy.col.percent"), "num"], D.t("economy.col.unit")],
      cells: (row) => [E.sector(row[at.sector]), E.item("fuel", row[at.fuel]), D.short(row[at.region]), ...["statistics", "services", "rest", "model"].map((key) => D.number(E.scaled(row[at[key]], row[at.unit]), 2)), D.number(E.scaled(row[at.difference], row[at.unit]), 3, true), D.good(row[at.percent]) ? D.number(row[at.percent], 2, true) : "–", D.unit(row[at.unit]).sign] });
  });

  /** By sector: what services explain of the statistics, and what is carried as its rest. */
  function explained() {
    const { sector_columns: names, by_sector: rows } = data.closure;
    const at = Object.fromEntries(names.map((name, number) => [name, number]));
    const own = rows.filter((row) => row[at.region] === (rows[0] || [])[at.region]);
    const scale = P.scale("Mtce", own.map((row) => row[at.statistics]));
    const how = { ...scale, digits: Math.max(scale.digits, 2) };
    const bar = (share) => (D.good(share) ? h("span", { class: "eco-share" }, h("span", { class: "eco-share-bar", "aria-hidden": "true" }, h("span", { style: { width: `${Math.min(share, 100)}%` } })), E.percent(share, 0)) : "–");
    return D.sheet([`${D.t("economy.col.sector")} (${how.sign})`, ...["statistics", "services", "rest"].map((key) => [D.t(`economy.col.${key}`), "num"]), D.t("economy.col.explained")],
      own.map((row) => [row[at.sector] === "all" ? D.t("economy.page.all") : E.sector(row[at.sector]), ...["statistics", "services", "rest"].map((key) => P.bare(row[at[key]], how)), bar(row[at.explained])]));
  }

  // ---- certificate, replay, limits ---------------------------------------------------------------------------
  D.section("proof", () => {
    const place = P.stack("proof");
    const col = (key) => D.t(`plan.col.${key}`);
    place.append(D.card(D.t("plan.page.stages"), D.sheet([col("years"), [col("cost"), "num"], [col("gap"), "num"], [col("gap_as_asked"), "num"], col("holds"), [col("unserved"), "num"], [col("share"), "num"], [col("days"), "num"], [col("rows"), "num"], [col("columns"), "num"], [col("mends"), "num"]],
      data.stages.map((stage) => ({ cls: stage.holds ? "" : "missed", cells: [stage.years.join(", "), D.number(stage.certificate.cost, 1), P.tiny(stage.certificate.gap), P.tiny(stage.certificate.gap_as_asked), D.t(stage.holds ? "plan.yes" : "plan.no"), D.number(stage.replay.unserved.reduce((a, b) => a + b, 0), 2),
        P.tiny(stage.replay.unserved.reduce((a, b) => a + b, 0) / stage.replay.load.reduce((a, b) => a + b, 0)), String(stage.days.chosen.length), D.number(stage.size.rows, 0), D.number(stage.size.columns, 0), String(stage.mends)] })))));
    place.append(P.ranges(data.stages) || "");
    place.append(h("div", { id: "limits-place" }));
    limits();
  });
  function limitName(limit) {
    if (limit.kind === "target") { const one = data.targets.find((each) => each.target === limit.subject); return `${limit.subject} ${one ? D.text(one.name) : ""}`; }
    if (limit.kind === "limit") return D.t(`economy.ceiling.${limit.subject}`);
    if (limit.kind === "biomass") return D.t("economy.limit.biomass", { subject: D.short(limit.subject) });
    return D.t(`plan.limit.${limit.kind}`, limit.subject ? { subject: P.subject(limit.subject) } : {});
  }
  function limits() {
    const place = document.getElementById("limits-place");
    const rows = data.limits.filter((limit) => limit.year === chosen.year && (!chosen.tight || P.costs(limit) || limit.missed || limit.broken > 0));
    D.fill(place, h("div", { class: "card" }, h("h3", {}, D.t("plan.limits.head")),
      h("div", { class: "plan-controls" }, P.pickYear(chosen.year, (one) => { chosen.year = one; limits(); }), h("label", { class: "field" }, h("input", { type: "checkbox", checked: chosen.tight, onchange: (event) => { chosen.tight = event.target.checked; limits(); } }), " ", D.t("plan.page.only_tight"))),
      !rows.length ? D.missing("plan.page.none_tight") : h("div", { class: "eco-long" }, D.sheet([D.t("plan.col.limit"), D.t("plan.col.bound"), [D.t("plan.col.plan"), "num"], [D.t("plan.col.replay"), "num"], D.t("plan.col.state"), [D.t("plan.col.price"), "num"]],
        rows.map((limit) => {
          const how = P.scale(limit.unit, [limit.plan, limit.replay, limit.upper, limit.lower]);
          return { cls: limit.missed ? "missed" : "", cells: [limitName(limit), P.bound(limit, how), P.bare(limit.plan, how), P.bare(limit.replay, how),
            h("span", { class: `pill small state-${limit.missed ? "missed" : "met"}` }, D.icon(limit.missed ? "missed" : "met"), h("span", {}, D.t(limit.missed ? "plan.page.missed" : "plan.page.holds"))), E.price(limit.price, limit.price_unit)] };
        }), { class: "data small assess-table plan-table" }))));
  }

  /** Each target: what is asked until when, how it enters the model, what the plan has of it by period. */
  function treatments(targets) {
    const asked = (one) => (D.good(one.value) && one.unit !== "year" ? E.targetValue(one.value, one.unit) : "–");
    const cell = (one, y) => (D.good(one.amount[y]) ? [E.targetValue(one.amount[y], one.amount_unit), h("div", { class: "muted" }, D.t(`economy.state.${one.state[y]}`))] : "–");
    return D.sheet([D.t("economy.col.target"), D.t("economy.col.clause"), [D.t("economy.col.asked"), "num"], D.t("economy.col.due_year"), D.t("economy.col.how"), ...P.years.map((year) => [String(year), "num"]), D.t("economy.col.reason")],
      targets.map((one) => [[`${one.target} ${D.text(one.name)}`, one.layer === "province" && h("div", { class: "muted" }, D.short(one.region))], one.clause || D.t(`report.layer.${one.layer}`), asked(one), one.due_year ? String(one.due_year) : "–", D.t(`economy.how.${one.how}`), ...P.years.map((year, y) => cell(one, y)), D.text(one.reason) || "–"]), { class: "data small assess-table eco-treatments" });
  }
  // ---- the scenario ------------------------------------------------------------------------------------------
  D.section("scenario", () => {
    const place = P.stack("scenario");
    const { scenario } = data;
    const actions = [...new Set(scenario.levers.map((one) => one.action))].sort((a, b) => a - b);
    place.append(D.card(D.t("economy.page.levers"), h("dl", { class: "facts" }, actions.flatMap((action) => [h("dt", {}, E.action(action)), h("dd", {}, D.list(scenario.levers.filter((one) => one.action === action).map((one) => D.text(one.title))))]))));
    const years = scenario.drivers.length ? scenario.drivers[0].years : [];
    const digits = (values) => (Math.max(...values) >= 1000 ? 0 : Math.max(...values) >= 100 ? 1 : 2);
    const course = (one) => one.values.map((value) => E.scaled(value, one.unit));
    place.append(h("details", { class: "card assess-rules", "data-details": "drivers" }, h("summary", {}, D.t("economy.page.drivers")),
      h("div", {}, D.sheet([D.t("economy.col.driver"), ...years.map((year) => [String(year), "num"]), D.t("economy.col.unit")], scenario.drivers.map((one) => [D.text(one.name), ...course(one).map((value) => D.number(value, digits(course(one)))), D.unit(one.unit).sign])))));
    place.append(h("details", { class: "card assess-rules", "data-details": "treatments" }, h("summary", {}, D.t("economy.page.treatments")),
      h("div", {}, data.targets_note && h("p", {}, D.text(data.targets_note)), treatments(data.targets.filter((one) => one.how !== "national")))));
    const national = data.targets.filter((one) => one.how === "national");
    if (national.length) place.append(h("details", { class: "card assess-rules", "data-details": "national" }, h("summary", {}, D.t("economy.page.national_targets", { count: national.length })),
      h("div", {}, h("p", {}, D.text(national[0].reason)), D.sheet([D.t("economy.col.target"), D.t("economy.col.clause"), D.t("economy.col.due_year")], national.map((one) => [`${one.target} ${D.text(one.name)}`, one.clause || "–", one.due_year ? String(one.due_year) : "–"]), { class: "data small assess-table eco-treatments" }))));
    place.append(h("details", { class: "card assess-rules", "data-details": "file" }, h("summary", {}, D.t("economy.page.file")), h("pre", { class: "eco-file" }, scenario.text)));
  });
})(window.Dafeng);
