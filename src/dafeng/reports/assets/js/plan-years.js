// Period by period: capacity, what was built, generation, CO2, prices, storage and curtailment.
(function (D) {
  "use strict";
  const P = D.plan;
  const { h } = D;
  const chosen = { capacity: "", generation: "", storage: "", price: P.years[P.years.length - 1] };
  const picker = (key) => (draw) => P.pickRegion(chosen[key], (region) => { chosen[key] = region; draw(); }) || [];
  const grouped = (table, key, order) => () => P.grouped(P.rows(table, chosen[key]), order);
  const every = [...P.STANDING];

  D.section("capacity", () => {
    const place = P.stack("capacity");
    const pair = P.years.length > 4 ? place : place.appendChild(h("div", { class: "pair" }));
    P.bars(pair, { title: D.t("plan.page.capacity_by"), unit: "GW", lines: grouped("capacity", "capacity", every), controls: picker("capacity") });
    P.bars(pair, { title: D.t("plan.page.built_by"), unit: "GW", lines: grouped("built", "capacity", every), controls: picker("capacity") });
    place.append(details("capacity", ["capacity", "store", "built", "store_built", "left"]));
  });
  D.section("generation", () => {
    const place = P.stack("generation");
    const pair = P.years.length > 4 ? place : place.appendChild(h("div", { class: "pair" }));
    P.bars(pair, { title: D.t("plan.page.generation_by"), unit: "TWh", lines: grouped("generation", "generation", every), controls: picker("generation") });
    P.bars(pair, { title: D.t("plan.page.co2_by"), unit: "Mt_CO2", lines: grouped("co2", "generation", [...every, "boiler"]), controls: picker("generation"),
      colour: (theme, key) => (key === "boiler" ? theme.get("plan-heat_use") : P.colour(theme, key)) });
    place.append(details("generation", ["generation", "use", "heat", "fuel", "heat_fuel", "co2", "captured"]));
  });

  /** The exact numbers by technology, folded away. */
  function details(key, tables) {
    const kept = tables.filter((table) => P.rows(table, "").size);
    return h("details", { class: "card assess-rules", "data-details": key }, h("summary", {}, D.t(`plan.section.${key}`)), kept.map((table) => {
      const rows = P.rows(table, "");
      const unit = D.data.units[table];
      const how = P.scale(unit, [...rows.values()].flat());
      return h("div", {}, h("h3", {}, `${D.t(`plan.table.${table}`)} (${how.sign})`),
        D.sheet([D.t("plan.col.item"), ...P.years.map((year) => [String(year), "num"])],
          [...rows].map(([item, values]) => [P.name(item), ...values.map((value) => P.bare(value, { ...how, digits: Math.max(how.digits, 1) }))]), { class: "data assess-table plan-table" }));
    }));
  }

  // ---- prices ------------------------------------------------------------------------------------------------
  D.section("prices", () => {
    const place = P.stack("prices");
    const regions = D.data.regions;
    const of = (region, year) => D.data.tables.price[region].weighted[P.years.indexOf(year)];
    const names = P.many ? regions.map(D.short) : P.years;
    const lines = () => new Map([["price", P.many ? regions.map((region) => of(region, chosen.price)) : P.years.map((year) => of(regions[0], year))]]);
    P.bars(place, { title: D.t("plan.page.prices_of"), lead: P.many ? undefined : D.short(regions[0]), unit: "CNY/MWh", lines, names,
      head: P.many ? D.t("plan.col.region") : undefined, colour: (theme) => theme.line(0),
      controls: (draw) => (P.many && P.pickYear(chosen.price, (year) => { chosen.price = year; draw(); })) || [] });
  });

  // ---- storage and curtailment -------------------------------------------------------------------------------
  const SHADES = { onwind: 2, offwind: 5, solar_utility: 4, solar_distributed: 1, csp: 7, hydro_ror: 0, hydro_reservoir: 6, hydro_new: 3 };
  D.section("storage", () => {
    const place = P.stack("storage");
    const pair = h("div", { class: "pair" });
    place.append(pair);
    const stores = { phs: "phs", battery: "battery", hydrogen: "hydrogen", demand_response: "demand_response" };
    P.bars(pair, { title: D.t("plan.page.storage_by"), unit: "TWh", lines: () => P.rows("storage_out", chosen.storage), name: P.name,
      colour: (theme, key) => P.colour(theme, stores[key] || "battery"), controls: picker("storage") });
    P.bars(pair, { title: D.t("plan.page.curtailed_by"), unit: "TWh", lines: () => P.rows("curtailed", chosen.storage), name: P.name,
      colour: (theme, key) => theme.line(SHADES[key] || 0), controls: picker("storage") });
    const given = P.rows("generation", "");
    const rows = [...P.rows("curtailed", "")].map(([item, values]) => [P.name(item), ...values.map((value, y) => {
      const all = value + (given.get(item) || [])[y];
      return all ? `${D.number((value / all) * 100, 1)}%` : "–";
    })]);
    if (rows.length) place.append(D.card(D.t("plan.page.share_curtailed"), D.sheet([D.t("plan.col.technology"), ...P.years.map((year) => [String(year), "num"])], rows)));
  });
})(window.Dafeng);
