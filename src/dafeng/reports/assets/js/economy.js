// The plan of all sectors at a glance: does it hold, when CO2 peaks and how high, what it costs, which targets it keeps.
(function (D) {
  "use strict";
  const P = D.plan;
  const E = D.economy;
  const { h } = D;
  const { data } = D;

  function targetsTile() {
    const due = data.timetable.filter((row) => ["kept", "missed"].includes(row.state));
    const named = new Map(data.targets.map((one) => [one.target, one.layer === "province" ? `${D.text(one.name)} ${one.due_year}` : one.target]));
    const worst = new Map();
    due.forEach((row) => worst.set(row.target, (worst.get(row.target) ?? true) && row.state === "kept"));
    const kept = [...worst.values()].filter(Boolean).length;
    if (!worst.size) return D.tile(D.t("economy.tile.targets"), "–", data.targets_note ? D.text(data.targets_note) : "");
    const missed = [...worst].filter(([, held]) => !held).map(([id]) => id);
    return D.tile(D.t("economy.tile.targets"), `${kept} / ${worst.size}`, missed.length ? `${D.t("economy.state.missed")}${D.t("report.colon")}${D.list(missed.map((id) => named.get(id)))}` : D.t("economy.tile.targets_kept", { due: worst.size, kept }));
  }
  function investTile() {
    const sum = data.summary.investment.reduce((total, value) => total + value, 0);
    return D.tile(D.t("economy.tile.invest"), E.money(sum), D.t("economy.tile.invest_sub", { first: P.years[0] - data.spans.sectors[0], last: P.years[P.years.length - 1] }));
  }

  D.section("overview", () => {
    const { verdict, scenario } = data;
    const stop = D.lang === "en" ? ". " : "。";
    D.fill(P.place("overview"),
      h("div", { class: `card plan-verdict ${verdict.holds ? "" : "broken"}`, role: verdict.holds ? "status" : "alert" },
        h("p", { class: "state" }, D.icon(verdict.holds ? "met" : "missed"), " ", D.text(verdict.state)),
        verdict.reasons.length > 0 && [h("p", {}, D.t("plan.overview.reasons"), D.t("report.colon")), D.list_("ul", verdict.reasons.map(D.text))],
        P.notes(verdict),
        h("p", {}, h("strong", {}, D.text(scenario.title)), D.text(scenario.meaning) && [D.t("report.colon"), D.text(scenario.meaning)]),
        D.good(verdict.gap) && h("p", {}, D.t("plan.overview.gap"), D.t("report.colon"), P.tiny(verdict.gap), D.lang === "en" ? ` (${D.t(`plan.overview.gap_${verdict.foresight}`)})` : `（${D.t(`plan.overview.gap_${verdict.foresight}`)}）`),
        h("p", { class: "muted" }, D.t(verdict.entered ? "plan.entered" : "economy.page.entered_not"), stop, D.t("plan.estimates"), stop)),
      h("div", { class: "plan-tiles" },
        E.peakTile("economy.tile.peak", data.peak.energy), E.peakTile("economy.tile.peak_all", data.peak.all), targetsTile(),
        E.changeTile("economy.tile.non_fossil", "non_fossil", (value) => E.percent(value)),
        E.changeTile("economy.tile.wind_solar", "wind_solar", (value) => P.say(value, "GW")),
        E.changeTile("economy.tile.coal", "coal", (value) => P.say(value, "Mtce")),
        E.changeTile("economy.tile.electrification", "electrification", (value) => E.percent(value)),
        E.changeTile("economy.tile.cost", "cost", E.money), investTile()),
      h("details", { class: "card assess-rules", "data-details": "case" }, h("summary", {}, D.t("plan.overview.case")),
        h("div", { class: "plan-case" }, h("dl", {}, Object.entries(data.case).map(([key, value]) => h("div", {}, h("dt", {}, D.t(`plan.case.${key}`)), h("dd", {}, setting(value))))))));
  });
  function setting(value) {
    if (D.has(`plan.overview.${value}`)) return D.t(`plan.overview.${value}`);
    if (typeof value === "boolean") return D.t(value ? "plan.yes" : "plan.no");
    if (Array.isArray(value)) return value.map((one) => (typeof one === "object" ? `${P.name(one.technology)} ${one.year}${D.t("report.colon")}${"gw" in one ? `${D.number(one.gw, 0)} GW` : one.share ?? `× ${D.number(one.factor, 2)}`}` : one)).join(D.t("report.list_separator")) || D.t("plan.overview.none");
    if (value && typeof value === "object") return Object.entries(value).map(([year, number]) => `${year}${D.t("report.colon")}${number}`).join(D.t("report.list_separator")) || D.t("plan.overview.none");
    return value === null ? D.t("plan.overview.none") : String(value);
  }

  // ---- money -------------------------------------------------------------------------------------------------
  const chosen = { money: "" };
  const PARTS = ["capital", "upkeep", "running", "missed"].flatMap((part) => ["power", "sectors"].map((side) => `${part}|${side}`));
  const part = (id) => { const [name, side] = id.split("|"); return name === "missed" ? D.t("economy.cost.missed") : `${D.t(`economy.cost.${name}`)}${D.lang === "en" ? `, ${D.t(`economy.side.${side}`)}` : `（${D.t(`economy.side.${side}`)}）`}`; };
  const SERVICE = new Map(data.services.flatMap((one) => one.options.map((option) => [option, one.sector])));
  D.section("money", () => {
    const place = P.stack("money");
    const pair = E.pair(place);
    const pick = () => P.pickRegion(chosen.money, (region) => { chosen.money = region; D.redrawCharts(); }) || [];
    P.bars(pair, { title: D.t("economy.page.cost_by"), unit: "1e9CNY", names: E.years(false), name: part, controls: pick,
      colour: (theme, id) => theme.get(`eco-${id.replace("|", "-")}`), lines: () => E.lines("cost", (id) => id, { region: chosen.money, order: PARTS }) });
    P.bars(pair, { title: D.t("economy.page.invest_by"), unit: "1e9CNY", names: E.years(false), name: E.group, colour: E.colour, controls: pick,
      lines: () => E.lines("investment", (item) => (SERVICE.has(item) ? E.groupOf(SERVICE.get(item)) : "energy"), { region: chosen.money, order: E.GROUPS }) });
    const { prices } = data;
    const rows = [[D.t("economy.summary.electricity_price"), ...data.summary.electricity_price.map((value) => D.number(value, 0)), D.unit("CNY/MWh").sign],
      [D.t("economy.summary.co2_price"), ...prices.co2.map((value) => D.number(value, value && value < 10 ? 1 : 0)), D.unit("CNY/t_CO2").sign]];
    if (E.many) data.regions.forEach((region) => rows.push([`${D.t("plan.group.price")}${D.t("report.colon")}${D.short(region)}`, ...(data.tables.price[region].weighted || []).map((value) => D.number(value, 0)), D.unit("CNY/MWh").sign]));
    place.append(D.card(D.t("economy.page.prices"), D.sheet([D.t("economy.col.quantity"), ...P.years.map((year) => [String(year), "num"]), D.t("economy.col.unit")], rows)));
  });
})(window.Dafeng);
