// The quick plan: a sketch at a glance, CO2 and its peak, energy and capacity, wedges.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;

  D.section("overview", () => {
    const { scenario, case: asked } = data;
    D.fill(P.place("overview"),
      h("div", { class: "card plan-verdict sketch", role: "status" },
        h("p", { class: "state" }, D.icon("at_risk"), " ", D.t("quick.sketch", { count: asked.count, days: asked.days })),
        h("p", {}, h("strong", {}, D.text(scenario.title)), D.text(scenario.meaning) && [D.t("report.colon"), D.text(scenario.meaning)]),
        h("p", { class: "muted" }, D.t("quick.prove", { name: scenario.name }))),
      h("div", { class: "plan-tiles" },
        E.peakTile("economy.tile.peak", data.peak.energy), E.peakTile("economy.tile.peak_all", data.peak.all), D.statesTile(D.t("quick.tile.targets"), data.states),
        E.changeTile("economy.tile.non_fossil", "non_fossil", (value) => E.percent(value)),
        E.changeTile("economy.tile.wind_solar", "wind_solar", (value) => P.say(value, "GW")),
        E.changeTile("quick.tile.coal_power", "coal_power", (value) => P.say(value, "GW")),
        E.changeTile("quick.tile.energy", "energy", (value) => P.say(value, "Mtce")),
        E.changeTile("economy.tile.coal", "coal", (value) => P.say(value, "Mtce")),
        E.changeTile("quick.tile.electricity", "electricity", (value) => P.say(value, "TWh"))));
  });

  // ---- CO2 and energy ----------------------------------------------------------------------------------------
  const COLOURS = { co2_energy: "eco-energy", co2_process: "eco-industry" };
  D.section("emissions", () => {
    const place = P.stack("emissions");
    const pair = E.pair(place);
    E.peakChart(pair);
    P.bars(pair, { title: D.t("economy.summary.co2"), unit: "Mt_CO2", names: E.years(false), name: (id) => D.t(`economy.summary.${id}`), colour: (theme, id) => theme.get(COLOURS[id]),
      lines: () => new Map(Object.keys(COLOURS).map((id) => [id, data.summary[id]])), beside: () => E.forestLine("") });
    E.forestCard(place);
  });
  const UNITS = { co2_energy: "Mt_CO2", co2_process: "Mt_CO2", co2: "Mt_CO2", captured: "Mt_CO2", energy: "Mtce", coal: "Mtce", oil: "Mtce", gas: "Mtce", non_fossil: "%", electricity: "TWh", wind_solar: "GW", coal_power: "GW" };
  function totals() {
    const last = Math.max(...Object.values(data.history).flat().map(([year]) => year).filter((year) => year < P.years[0]));
    const rows = Object.entries(UNITS).map(([id, unit]) => {
      const past = ((data.history[id] || []).find(([year]) => year === last) || [])[1];
      const how = unit === "%" ? { sign: "%", scale: 1, digits: 1 } : P.scale(unit, [...data.summary[id], past]);
      return [D.t(`economy.summary.${id}`), ...[past, ...data.summary[id]].map((value) => (D.good(value) ? P.bare(value, how) : "–")), how.sign];
    });
    return D.sheet([D.t("economy.col.quantity"), [D.t("quick.statistics", { year: last }), "num"], ...P.years.map((year) => [String(year), "num"]), D.t("economy.col.unit")], rows, { class: "data assess-table plan-table" });
  }
  D.section("energy", () => {
    const place = P.stack("energy");
    const pair = E.pair(place);
    P.bars(pair, { title: D.t("economy.page.primary_by"), unit: "Mtce", names: E.years(false), name: E.fuel, colour: E.colour, lines: () => E.lines("primary", (id) => id, { order: E.FUELS }) });
    P.bars(pair, { title: D.t("plan.page.capacity_by"), unit: "GW", names: E.years(false), lines: () => P.grouped(P.rows("capacity", ""), P.STANDING) });
    place.append(D.card(D.t("quick.totals"), totals()));
  });

  // ---- wedges ------------------------------------------------------------------------------------------------
  if (data.wedges) D.section("wedges", () => E.wedgeCharts(P.stack("wedges")));
  else D.leaveOut("wedges");
})(window.Dafeng);
