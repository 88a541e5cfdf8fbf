// What the sections of a plan of all sectors share: names, colours, lines with the base year, filters, long tables.
(function (D) {
  "use strict";
  const P = D.plan;
  const { h } = D;
  const { data } = D;
  const E = (D.economy = { many: P.many, base: String(data.base_year) });

  E.GROUPS = ["energy", "industry", "buildings", "transport", "agriculture"];
  E.SECTORS = data.sectors.map((one) => one.id);
  const group = new Map(data.sectors.map((one) => [one.id, one.group]));
  E.groupOf = (sector) => group.get(sector) || "industry";
  /** Fuels of the closure as people group them. */
  const FUEL = { coke: "coal", gasoline: "oil", kerosene: "oil", diesel: "oil", fuel_oil: "oil", other_oil: "oil" };
  E.fuelOf = (fuel) => FUEL[fuel] || fuel;
  E.FUELS = ["coal", "oil", "gas", "primary_electricity", "electricity", "heat", "hydrogen", "biomass"];

  E.item = (kind, id) => D.text((data.items[kind] || {})[id]) || id;
  const giver = new Map(data.services.flatMap((one) => one.options.map((option) => [option, one.id])));
  /** A technology of power, or an option with the service that it gives. */
  E.technology = function (id) {
    if (data.technologies[id]) return P.name(id);
    const service = giver.get(id);
    return service && !service.startsWith("rest_") ? `${E.item("service", service)}${D.t("report.colon")}${E.item("option", id)}` : E.item("option", id);
  };
  E.sector = (id) => E.item("sector", id);
  E.group = (id) => D.t(`economy.group.${id}`);
  E.fuel = (id) => D.t(`economy.fuel.${id}`);
  E.action = (id) => (id ? `${id} ${D.t(`report.action.${id}`)}` : D.t("economy.page.trend"));
  /** ... of a wedge: 0 stands for the targets of chapter II. */
  E.acting = (id) => (id ? E.action(id) : D.t("report.action.0"));
  E.colour = (theme, id) => theme.get(`eco-${id}`) || theme.get("ink-3");
  const SHADES = 8;
  E.shade = (order) => (theme, id) => theme.line(Math.max(0, order().indexOf(id)) % SHADES);

  /** Key -> values by year: a table summed over items with the same key; `base`: the base year stands first. */
  E.lines = function (table, key, { region = "", base = false, order } = {}) {
    const found = new Map();
    const count = P.years.length + (base ? 1 : 0);
    const enter = (id, at, value) => {
      const line = found.get(id) || found.set(id, Array(count).fill(0)).get(id);
      line[at] += value;
    };
    for (const [item, values] of P.rows(table, region)) {
      const id = key(item);
      if (id !== null) values.forEach((value, y) => enter(id, y + (base ? 1 : 0), value));
    }
    if (base) {
      for (const [owner, items] of Object.entries(data.base[table] || {})) {
        if (region && owner !== region) continue;
        for (const [item, value] of Object.entries(items)) { const id = key(item); if (id !== null) enter(id, 0, value); }
      }
    }
    return order ? new Map(order.filter((id) => found.has(id)).map((id) => [id, found.get(id)])) : found;
  };
  E.years = (base) => (base ? [E.base, ...P.years.map(String)] : P.years.map(String));
  E.percent = (value, digits = 1) => (D.good(value) ? `${D.number(value, digits)}%` : "–");
  E.amount = (value, unit, digits) => (D.good(value) ? D.amount(value, unit, digits === undefined ? undefined : { digits }) : "–");
  /** A number in the unit that its sign says: languages count some units in others (TWh in 100 million kWh). */
  E.scaled = (value, unit) => value * D.unit(unit).factor;
  E.money = (value) => P.say(value, "1e9CNY");
  E.peakText = function (peak) {
    if (peak.rising) return D.t("economy.tile.rising");
    const between = peak.after === null ? D.t("economy.tile.first") : D.t("economy.tile.between", { after: peak.after, before: peak.before });
    return peak.measured ? `${D.t("economy.tile.measured")}${D.lang === "en" ? "; " : D.lang === "ja" ? "、" : "；"}${between}` : between;
  };
  E.price = function (value, unit) {
    if (!D.good(value) || value <= 0) return "–";
    const said = E.scaled(value, unit);
    return D.join(D.number(said, said >= 100 ? 0 : said >= 10 ? 1 : 2), D.unit(unit).sign);
  };

  /** A value of a target, as people say it. */
  E.targetValue = function (number, unit) {
    if (!D.good(number)) return "–";
    if (["Mt_CO2", "Mtce", "GW", "TWh"].includes(unit)) return P.say(number, unit);
    if (unit === "%") return E.percent(number);
    return D.amount(number, unit || "1", { digits: Math.abs(number) >= 100 ? 0 : 2 });
  };
  /** A stack of cards; a pair side by side where there is room. */
  E.pair = (place) => place.appendChild(h("div", { class: "pair" }));
  E.pickRegion = P.pickRegion;

  /** A table with filters over its rows. spec: heads, rows(kept) -> cells, columns of `table`, filters: [key, label, name]. */
  E.filtered = function (place, { table, id, filters, heads, cells, most = 250, title, before, attributes }) {
    const at = Object.fromEntries(table.columns.map((name, number) => [name, number]));
    const chosen = Object.fromEntries(filters.map(([key, , , first]) => [key, first === undefined ? "" : String(first)]));
    const box = h("div", { class: "card", id });
    place.append(box);
    const values = (key) => [...new Set(table.rows.map((row) => row[at[key]]))].filter((value) => value !== "" && value !== null);
    const draw = () => {
      const kept = table.rows.filter((row) => filters.every(([key]) => !chosen[key] || String(row[at[key]]) === chosen[key]));
      const controls = filters.filter(([key]) => values(key).length > 1).map(([key, label, name]) =>
        D.select(label, [["", D.t("economy.page.all")], ...values(key).sort((a, b) => (typeof a === "number" ? a - b : 0)).map((value) => [String(value), name(value)])],
          chosen[key], (value) => { chosen[key] = value; draw(); }, { "data-filter": key }));
      D.fill(box, title && h("h3", {}, title), controls.length > 0 && h("div", { class: "plan-controls" }, controls), before && before(kept, at),
        !kept.length ? D.missing("economy.page.no_rows")
          : [h("div", { class: "eco-long" }, D.sheet(heads, kept.slice(0, most).map((row) => cells(row, at)), attributes || { class: "data small assess-table plan-table" })),
            h("p", { class: "muted eco-count" }, D.t(kept.length > most ? "economy.page.rows" : "economy.page.rows_all", { shown: D.number(most, 0), count: D.number(kept.length, 0) }))]);
    };
    draw();
    return box;
  };

  /** Sections that this plan has nothing for are left out of the page. */
  for (const [id, there] of [["wedges", data.wedges || data.curve], ["comparison", data.comparison], ["board", (data.boards.plan || []).length], ["timetable", data.timetable.length]]) {
    if (there) continue;
    document.getElementById(id).remove();
    document.querySelector(`[data-jump="${id}"]`).remove();
    D.sections = D.sections.filter((section) => section.id !== id);
  }
  E.has = (id) => Boolean(document.getElementById(id));
})(window.Dafeng);
