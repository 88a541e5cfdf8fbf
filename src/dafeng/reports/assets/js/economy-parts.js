// What the sections of a plan of all sectors share beyond words: sectors, services and technologies, long tables.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;

  E.SECTORS = data.sectors.map((one) => one.id);
  const group = new Map(data.sectors.map((one) => [one.id, one.group]));
  E.groupOf = (sector) => group.get(sector) || "industry";
  /** Fuels of the closure as people group them. */
  const FUEL = { coke: "coal", gasoline: "oil", kerosene: "oil", diesel: "oil", fuel_oil: "oil", other_oil: "oil" };
  E.fuelOf = (fuel) => FUEL[fuel] || fuel;

  E.item = (kind, id) => D.text((data.items[kind] || {})[id]) || id;
  const giver = new Map(data.services.flatMap((one) => one.options.map((option) => [option, one.id])));
  /** A technology of power, or an option with the service that it gives. */
  E.technology = function (id) {
    if (data.technologies[id]) return P.name(id);
    const service = giver.get(id);
    return service && !service.startsWith("rest_") ? `${E.item("service", service)}${D.t("report.colon")}${E.item("option", id)}` : E.item("option", id);
  };
  E.sector = (id) => E.item("sector", id);
  const SHADES = 8;
  E.shade = (order) => (theme, id) => theme.line(Math.max(0, order().indexOf(id)) % SHADES);

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

  for (const [id, there] of [["wedges", data.wedges || data.curve], ["comparison", data.comparison], ["board", (data.boards.plan || []).length], ["published", data.published.length]]) {
    if (!there) D.leaveOut(id);
  }
})(window.Dafeng);
