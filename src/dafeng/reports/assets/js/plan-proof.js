// What makes a plan believable: limits and their prices, certificate, replay, assumptions, sources.
(function (D) {
  "use strict";
  const P = D.plan;
  const { h } = D;
  let year = P.years[P.years.length - 1];
  let tight = true;
  const tiny = (value) => (!D.good(value) ? "–" : value === 0 ? "0" : value.toExponential(1).replace("e", "×10^").replace("+", ""));
  const power = (text) => { const [base, up] = text.split("×10^"); return up === undefined ? base : [`${base}×10`, h("sup", {}, up.replace("-", "−"))]; };
  P.tiny = (value) => power(tiny(Math.max(value, 0)));

  // ---- limits ------------------------------------------------------------------------------------------------
  const name = (limit) => D.t(`plan.limit.${limit.kind}`, limit.subject ? { subject: P.subject(limit.subject) } : {});
  function bound(limit) {
    const how = P.scale(limit.unit, [limit.plan, limit.replay, limit.upper, limit.lower]);
    return { texts: P.bound(limit, how), how };
  }
  D.section("limits", () => {
    const place = P.place("limits");
    const draw = () => {
      const rows = D.data.limits.filter((limit) => limit.year === year && (!tight || P.costs(limit) || limit.missed || limit.broken > 0));
      const table = rows.length ? D.sheet([D.t("plan.col.limit"), D.t("plan.col.bound"), [D.t("plan.col.plan"), "num"], [D.t("plan.col.replay"), "num"], D.t("plan.col.state"), [D.t("plan.col.price"), "num"]],
        rows.map((limit) => {
          const { texts, how } = bound(limit);
          return { cls: limit.missed ? "missed" : "", cells: [name(limit), texts, P.bare(limit.plan, how), P.bare(limit.replay, how),
            h("span", { class: `pill small state-${limit.missed ? "missed" : "met"}` }, D.icon(limit.missed ? "missed" : "met"), h("span", {}, D.t(limit.missed ? "plan.page.missed" : "plan.page.holds"))),
            P.costs(limit) ? D.join(D.number(limit.price, limit.price >= 100 ? 0 : 2), D.unit(limit.price_unit).sign) : "–"] };
        }), { class: "data assess-table plan-table" }) : D.missing("plan.page.none_tight");
      D.fill(place, h("div", { class: "card" }, h("div", { class: "plan-controls" }, P.pickYear(year, (one) => { year = one; draw(); }),
        h("label", { class: "field" }, h("input", { type: "checkbox", checked: tight, onchange: (event) => { tight = event.target.checked; draw(); } }), " ", D.t("plan.page.only_tight"))), table));
    };
    draw();
  });

  // ---- certificate and replay --------------------------------------------------------------------------------
  D.section("certificate", () => {
    const place = P.stack("certificate");
    const col = (key) => D.t(`plan.col.${key}`);
    const { stages } = D.data;
    const years = (stage) => (stage.years.length > 1 ? D.years(stage.years[0], stage.years[stage.years.length - 1]) : String(stage.years[0]));
    place.append(D.card(D.t("plan.page.stages"), D.sheet([col("years"), [col("cost"), "num"], [col("gap"), "num"], [col("gap_as_asked"), "num"], col("holds"), [col("days"), "num"], [col("rows"), "num"], [col("columns"), "num"], [col("mends"), "num"]],
      stages.map((stage) => [years(stage), D.number(stage.certificate.cost, 1), P.tiny(stage.certificate.gap), P.tiny(stage.certificate.gap_as_asked), D.t(stage.holds ? "plan.yes" : "plan.no"), String(stage.days.chosen.length),
        D.number(stage.size.rows, 0), D.number(stage.size.columns, 0), String(stage.mends)]))));
    const y = (year) => P.years.indexOf(year);
    place.append(D.card(D.t("plan.page.replay"), D.sheet([col("year"), [col("unserved"), "num"], [col("share"), "num"], [col("curtailed"), "num"], [col("co2_planned"), "num"], [col("co2"), "num"]],
      stages.flatMap((stage) => stage.years.map((one, at) => {
        const lost = P.total("curtailed", y(one));
        const clean = [...P.rows("curtailed", "").keys()];
        const used = P.total("generation", y(one), (item) => clean.includes(item));
        return [String(one), D.number(stage.replay.unserved[at], 2), P.tiny(stage.replay.unserved[at] / stage.replay.load[at]),
          `${D.number((lost / (lost + used || 1)) * 100, 1)}%`, P.say(stage.replay.co2_planned[at], "Mt_CO2"), P.say(stage.replay.co2[at], "Mt_CO2")];
      })))));
    place.append(D.card(D.t("plan.certificate.attempts"), D.sheet([col("years"), col("recipe"), col("status"), col("iterations"), [col("cpu"), "num"], [col("residual_row"), "num"], [col("residual_bound"), "num"], [col("residual_dual"), "num"]],
      stages.flatMap((stage) => stage.attempts.map((one) => ({ cls: one.accepted ? "" : "missed", cells: [years(stage), h("span", { title: one.options }, one.recipe), one.accepted ? one.status : `${one.status} (${one.faults.join(", ")})`,
        Object.entries(one.iterations).map(([kind, count]) => `${kind} ${D.number(count, 0)}`).join(", ") || "–", D.number(one.cpu_seconds, 2),
        ...["row", "bound", "dual"].map((key) => (one.residuals ? P.tiny(one.residuals[key]) : "–"))] }))))));
    place.append(P.ranges(stages) || "");
  });

  // ---- assumptions and sources -------------------------------------------------------------------------------
  D.section("assumptions", () => {
    const place = P.stack("assumptions");
    const col = (key) => D.t(`plan.col.${key}`);
    const number = (value) => (D.good(value) ? D.number(value, [0, 1, 2, 3].find((digits) => Math.abs(value * 10 ** digits - Math.round(value * 10 ** digits)) < 1e-6) ?? 4) : "–");
    const cost = D.data.assumptions.costs;
    place.append(h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("plan.estimates"))));
    place.append(D.card(D.t("plan.page.costs", { year: cost.length ? D.data.verdict.money_year : "" }), h("div", { class: "plan-long" }, D.sheet([col("technology"), col("year"), [col("investment_low"), "num"], [col("investment"), "num"], [col("investment_high"), "num"], col("unit"),
      [col("fixed_om"), "num"], [col("variable_om"), "num"], [col("efficiency"), "num"], [col("lifetime"), "num"]],
    cost.map((one) => [P.name(one.technology), String(one.year), number(one.investment_low), [number(one.investment), D.mark(one.quality)], number(one.investment_high), one.unit || "–",
      number(one.fixed_om), number(one.variable_om), number(one.efficiency), number(one.lifetime)])))));
    place.append(h("details", { class: "card assess-rules" }, h("summary", {}, D.t("plan.page.parameters")),
      D.sheet([col("parameter"), col("technology"), [col("value"), "num"], col("unit"), col("source"), col("note")],
        D.data.assumptions.parameters.map((one) => [h("code", {}, one.id), one.technology ? P.name(one.technology) : "–", [number(one.value), D.mark(one.quality)], one.unit || "–", one.source.join("; "), one.note || "–"]))));
  });
  D.section("sources", () => {
    const address = (text) => (/^https?:\/\//i.test(text || "") ? h("a", { href: text, rel: "noopener noreferrer", target: "_blank" }, text) : text || "–");
    D.fill(P.place("sources"), D.card("", h("div", { class: "plan-long" }, D.sheet([D.t("report.sources.title"), D.t("report.sources.publisher"), D.t("report.sources.read"), D.t("report.sources.address")],
      Object.values(D.data.sources).map((one) => [one.title, one.publisher || "–", D.has(`report.read.${one.read}`) ? D.t(`report.read.${one.read}`) : one.read, address(one.address)])))));
  });
})(window.Dafeng);
