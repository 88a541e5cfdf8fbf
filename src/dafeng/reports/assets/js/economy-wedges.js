// What each action takes off: the path with the actions one on the other, the wedges of each year, and a table.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;

  const shade = (theme, action) => theme.get(`eco-action-${action}`) || theme.line(action);
  const moved = () => data.wedges.actions.filter((one) => one.mt.some((value) => Math.abs(value) > 1e-6));
  const scenario = (name) => (name === "trend" ? D.t("economy.page.trend") : name === data.scenario.name ? D.text(data.scenario.title) : name);
  /** From what the scenario reaches up to the trend, the first action on top. The axis begins where something happens. */
  function wedgeOption(theme, pair) {
    const { years, left, to } = data.wedges;
    const trend = left.map((value, y) => value + data.wedges.actions.reduce((sum, one) => sum + one.mt[y], 0));
    const how = P.scale("Mt_CO2", [...trend, ...left]);
    const option = D.baseOption(theme, years, how.sign, { lines: true, icon: "roundRect" });
    const line = (name, values, colour, rest) => ({ type: "line", stackStrategy: "all", name, color: colour, symbol: "none", lineStyle: { width: 0.6, color: colour },
      data: values.map((value, y) => ({ value: value * how.scale, year: String(years[y]), said: D.join(P.bare(value, how), how.sign) })), ...rest });
    const wedge = (one) => { const colour = shade(theme, one.action); return line(E.acting(one.action), one.mt, colour, { stack: "all", areaStyle: { color: colour, opacity: 0.85 } }); };
    const bold = (colour, type) => ({ lineStyle: { width: 2.4, color: colour, type }, z: 4 });
    option.series = [line(scenario(to), left, theme.get("accent"), { stack: "all", ...bold(theme.get("accent"), "solid") }), ...moved().reverse().map(wedge),
      line(scenario("trend"), trend, theme.get("ink-3"), bold(theme.get("ink-3"), "dashed"))];
    const [low, high] = [Math.min(...left, ...trend), Math.max(...left, ...trend)].map((value) => value * how.scale);
    const step = 10 ** Math.floor(Math.log10(Math.max(high - low, 1e-9)));
    option.yAxis.min = Math.max(0, Math.floor(low / step - 0.5) * step);
    option.legend.type = "plain";
    option.legend.data = [scenario("trend"), scenario(to), ...moved().map((one) => E.acting(one.action))];
    option.grid.top = 14 + 26 * P.legendRows(option.legend.data, pair);
    return option;
  }
  function wedgeTable() {
    const { years, actions } = data.wedges;
    const how = P.scale("Mt_CO2", actions.flatMap((one) => one.mt));
    return { head: actions.map((one) => E.acting(one.action)), rows: years.map((year, y) => [year, actions.map((one) => P.bare(one.mt[y], how))]) };
  }
  E.wedgeCharts = function (place) {
    const pair = E.pair(place);
    D.chartCard(pair, { title: D.t("economy.page.wedge_path_chart"), lead: D.t("economy.page.wedge_path", { from: scenario(data.wedges.from), to: scenario(data.wedges.to) }), height: 340, build: (theme) => wedgeOption(theme, pair), table: wedgeTable });
    P.bars(pair, { title: D.t("economy.page.wedge_chart"), unit: "Mt_CO2", names: data.wedges.years.map(String), name: (id) => E.acting(Number(id)), colour: shade,
      lines: () => new Map(moved().map((one) => [one.action, one.mt])) });
    const { years, actions } = data.wedges;
    const last = years.length - 1;
    const how = P.scale("Mt_CO2", actions.flatMap((one) => one.mt));
    const bare = (value, scale = 1, digits = 1) => D.number(Math.abs(value * scale) < 0.5 * 10 ** -digits ? 0 : value * scale, digits);
    place.append(h("div", { class: "card" }, D.sheet([`${D.t("economy.col.action")} (${how.sign})`, ...years.map((year) => [String(year), "num"]), [`${D.t("economy.col.cost")} ${years[last]}`, "num"]],
      actions.map((one) => [one.reason ? h("div", {}, E.acting(one.action), h("div", { class: "muted" }, D.text(one.reason))) : E.acting(one.action), ...one.mt.map((value) => bare(value, how.scale, how.digits)), bare(one.cost[last])])),
      notes().map((text) => h("p", { class: "muted eco-count" }, text))));
  };
  /** On what wedges and curve were computed, how far that is from the plan, and what costs do not hold. */
  function notes() {
    const { years, left, case: made } = data.wedges;
    const found = [D.t("economy.page.wedge_demand")];
    if (!made) return found;
    found.unshift(D.t("economy.page.wedge_case", { count: made.count, days: made.days, years: D.list(made.periods.map(String)) }));
    const y = years.findIndex((year, at) => P.years.includes(year) && Math.abs(left[at] - data.summary.co2[P.years.indexOf(year)]) >= 1);
    if (y >= 0) {
      const own = { count: data.regions.length, days: data.case.days };
      found.splice(1, 0, D.t("economy.page.wedge_apart", { ...own, year: years[y], sketch: P.say(left[y], "Mt_CO2"), plan: P.say(data.summary.co2[P.years.indexOf(years[y])], "Mt_CO2") }));
    }
    return found;
  }
})(window.Dafeng);
