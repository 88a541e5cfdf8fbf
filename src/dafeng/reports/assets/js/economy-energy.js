// CO2 and its peak, energy, services by option, the power system.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;
  const chosen = { co2: "", grouped: "groups", energy: "", service: "", serviceRegion: "", share: "share", power: "" };

  // ---- CO2 ---------------------------------------------------------------------------------------------------
  /** One choice for all charts of a section. */
  const whole = (key) => () => P.pickRegion(chosen[key], (region) => { chosen[key] = region; D.redrawCharts(); }) || [];
  D.section("emissions", () => {
    const place = P.stack("emissions");
    const pair = E.pair(place);
    E.peakChart(pair);
    const grouped = () => chosen.grouped === "groups";
    P.bars(pair, { title: D.t("economy.page.co2_by"), unit: "Mt_CO2", names: E.years(false), name: (id) => (grouped() ? E.group(id) : E.sector(id)), colour: E.colour,
      lines: () => E.lines("co2", grouped() ? E.groupOf : (id) => id, { region: chosen.co2, order: grouped() ? E.GROUPS : E.SECTORS }), beside: () => E.forestLine(chosen.co2),
      controls: (draw) => [D.segments(D.t("economy.page.grouped"), [["groups", D.t("economy.page.grouped")], ["sectors", D.t("economy.page.detailed")]], chosen.grouped, (value) => { chosen.grouped = value; draw(); }), whole("co2")()] });
    E.forestCard(place);
    const rows = (pairs, name) => pairs.map(([id, peak]) => [name(id), { peak }]).map(([title, { peak }]) => [title, String(peak.year), P.say(peak.value, "Mt_CO2"), D.peakText(peak)]);
    const heads = (first) => [first, [D.t("economy.col.peak_year"), "num"], [D.t("economy.col.level"), "num"], D.t("economy.col.between")];
    const sectors = E.SECTORS.filter((id) => data.peak.sectors[id]).map((id) => [id, data.peak.sectors[id]]);
    const regions = data.regions.map((id) => [id, data.peak.regions[id]]);
    place.append(h("details", { class: "card assess-rules", "data-details": "peaks" }, h("summary", {}, D.t("economy.page.peaks_by")),
      h("div", {}, D.sheet(heads(D.t("economy.col.sector")), rows([["all", data.peak.all], ...sectors], (id) => (id === "all" ? D.t("economy.summary.co2") : E.sector(id))))),
      E.many && h("div", {}, D.sheet(heads(D.t("economy.col.region")), rows(regions, D.short)))));
  });

  // ---- energy ------------------------------------------------------------------------------------------------
  D.section("energy", () => {
    const place = P.stack("energy");
    const split = (item) => item.split("|");
    P.bars(E.pair(place), { title: D.t("economy.page.primary_by"), unit: "Mtce", names: E.years(false), name: E.fuel, colour: E.colour, controls: whole("energy"),
      lines: () => E.lines("primary", (id) => id, { region: chosen.energy, order: E.FUELS }) });
    P.bars(place.lastChild, { title: D.t("economy.page.final_fuel"), unit: "Mtce", names: E.years(true), name: E.fuel, colour: E.colour, controls: whole("energy"),
      lines: () => E.lines("final", (item) => E.fuelOf(split(item)[1]), { region: chosen.energy, base: true, order: E.FUELS }) });
    P.bars(place, { title: D.t("economy.page.final_sector"), unit: "Mtce", names: E.years(true), name: E.sector, colour: E.colour, controls: whole("energy"),
      lines: () => E.lines("final", (item) => split(item)[0], { region: chosen.energy, base: true, order: E.SECTORS }) });
    place.append(details());
  });
  /** Final energy by sector and fuel, folded away. */
  function details() {
    const names = E.years(true);
    const lines = E.lines("final", (item) => item, { base: true });
    const how = P.scale("Mtce", [...lines.values()].flat());
    const order = (item) => E.SECTORS.indexOf(item.split("|")[0]);
    const rows = [...lines].sort((a, b) => order(a[0]) - order(b[0])).map(([item, values]) => {
      const [sector, fuel] = item.split("|");
      return [E.sector(sector), E.item("fuel", fuel), ...values.map((value) => P.bare(value, { ...how, digits: Math.max(how.digits, 1) }))];
    });
    return h("details", { class: "card assess-rules", "data-details": "final" }, h("summary", {}, `${D.t("economy.table.final")} (${how.sign})`),
      h("div", { class: "eco-long" }, D.sheet([D.t("economy.col.sector"), D.t("economy.col.fuel"), ...names.map((year) => [year, "num"])], rows)));
  }

  // ---- services ----------------------------------------------------------------------------------------------
  D.section("services", () => {
    const place = P.stack("services");
    const there = new Set([...P.rows("service", "").keys()].map((item) => item.split("|")[0]));
    const shown = data.services.filter((one) => there.has(one.id));
    if (!shown.some((one) => one.id === chosen.service)) chosen.service = (shown.find((one) => one.id === "cars") || shown[0] || {}).id || "";
    const service = () => data.services.find((one) => one.id === chosen.service);
    const pairs = E.SECTORS.flatMap((sector) => shown.filter((one) => one.sector === sector)).map((one) => [one.id, E.item("service", one.id)]);
    const order = () => service().options;
    const lines = () => E.lines("service", (item) => { const [id, option] = item.split("|"); return id === chosen.service ? option : null; }, { region: chosen.serviceRegion, base: true, order: order() });
    const shares = () => {
      const all = lines();
      const sums = E.years(true).map((_, y) => [...all.values()].reduce((sum, values) => sum + values[y], 0));
      return new Map([...all].map(([id, values]) => [id, values.map((value, y) => (sums[y] ? (100 * value) / sums[y] : 0))]));
    };
    const box = h("div", {});
    place.append(box);
    const draw = () => {
      D.dropCharts(box);
      D.fill(box);
      P.bars(box, { title: D.t("economy.page.service_by", { service: E.item("service", chosen.service) }), unit: chosen.share === "share" ? "%" : service().unit, most: chosen.share === "share" ? 100 : undefined,
        names: E.years(true), name: (id) => E.item("option", id), colour: E.shade(order), lines: () => (chosen.share === "share" ? shares() : lines()),
        controls: () => [D.select(D.t("economy.page.pick_service"), pairs, chosen.service, (id) => { chosen.service = id; draw(); }, { class: "pick-service" }),
          D.segments(D.t("economy.page.share"), [["share", D.t("economy.page.share")], ["amount", D.t("economy.page.amount")]], chosen.share, (value) => { chosen.share = value; draw(); }),
          P.pickRegion(chosen.serviceRegion, (region) => { chosen.serviceRegion = region; draw(); }) || []] });
    };
    draw();
  });

  // ---- power -------------------------------------------------------------------------------------------------
  D.section("power", () => {
    const place = P.stack("power");
    const pair = P.years.length > 5 ? place : E.pair(place);
    const grouped = (table) => () => P.grouped(P.rows(table, chosen.power), P.STANDING);
    for (const [table, unit] of [["capacity", "GW"], ["generation", "TWh"]]) {
      P.bars(pair, { title: D.t(`plan.page.${table}_by`), unit, lines: grouped(table), controls: whole("power") });
    }
    const tables = ["capacity", "store", "built", "store_built", "left", "generation", "curtailed", "storage_out", "use", "heat", "power_co2", "power_captured"].filter((table) => P.rows(table, "").size);
    place.append(h("details", { class: "card assess-rules", "data-details": "power" }, h("summary", {}, D.t("plan.section.capacity")), tables.map((table) => {
      const rows = P.rows(table, "");
      const how = P.scale(data.units[table], [...rows.values()].flat());
      const title = D.has(`economy.table.${table}`) ? D.t(`economy.table.${table}`) : D.t(`plan.table.${table}`);
      return h("div", {}, h("h3", {}, `${title} (${how.sign})`), D.sheet([D.t("plan.col.item"), ...P.years.map((year) => [String(year), "num"])],
        [...rows].map(([item, values]) => [P.name(item), ...values.map((value) => P.bare(value, { ...how, digits: Math.max(how.digits, 1) }))]), { class: "data assess-table plan-table" }));
    })));
  });
})(window.Dafeng);
