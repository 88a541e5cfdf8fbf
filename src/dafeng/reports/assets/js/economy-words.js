// What pages of plans of all sectors share: names and colours, lines by year, amounts in words, tiles.
(function (D) {
  "use strict";
  const P = D.plan;
  const { h } = D;
  const { data } = D;
  const E = (D.economy = { many: P.many });

  E.GROUPS = ["energy", "industry", "buildings", "transport", "agriculture"];
  E.FUELS = ["coal", "oil", "gas", "primary_electricity", "electricity", "heat", "hydrogen", "biomass"];
  E.group = (id) => D.t(`economy.group.${id}`);
  E.fuel = (id) => D.t(`economy.fuel.${id}`);
  E.action = (id) => (id ? `${id} ${D.t(`report.action.${id}`)}` : D.t("economy.page.trend"));
  /** ... of a wedge: 0 stands for the targets of chapter II. */
  E.acting = (id) => (id ? E.action(id) : D.t("report.action.0"));
  E.colour = (theme, id) => theme.get(`eco-${id}`) || theme.get("ink-3");

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
  E.years = (base) => (base ? [String(data.base_year), ...P.years.map(String)] : P.years.map(String));
  E.percent = (value, digits = 1) => (D.good(value) ? `${D.number(value, digits)}%` : "–");
  E.amount = (value, unit, digits) => (D.good(value) ? D.amount(value, unit, digits === undefined ? undefined : { digits }) : "–");
  /** A number in the unit that its sign says: languages count some units in others (TWh in 100 million kWh). */
  E.scaled = (value, unit) => value * D.unit(unit).factor;
  E.money = (value) => P.say(value, "1e9CNY");
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

  /** The statistics of a quantity before the plan, where it is of the whole nation. */
  E.past = (quantity) => (!data.frame || data.frame.whole ? data.history[quantity] || [] : []);
  /** A quantity in the last period, and what it was in the first. */
  E.changeTile = function (key, quantity, say) {
    const last = P.years.length - 1;
    const values = data.summary[quantity];
    const before = last > 0 ? D.t("economy.page.from_base", { year: P.years[0], value: say(values[0]) }) : "";
    return D.tile(D.t(key, { year: P.years[last] }), say(values[last]), before);
  };
  E.peakTile = (key, peak) => D.tile(D.t(key), D.t("economy.tile.at", { year: peak.year, value: P.say(peak.value, "Mt_CO2") }), D.peakText(peak));
  E.has = (id) => Boolean(document.getElementById(id));
})(window.Dafeng);
