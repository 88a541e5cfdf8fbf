// The plan at a glance: does it hold, what it costs, how far from the best, and where it leads.
(function (D) {
  "use strict";
  const P = D.plan;
  const { h } = D;
  const CLEAN = new Set(["nuclear", "hydro", "wind", "solar", "biomass"]);

  function tile(title, big, sub) {
    return h("article", { class: "card summary-card" }, h("h3", {}, title), h("div", { class: "tile-big" }, big), h("div", { class: "tile-sub" }, h("span", { class: "muted" }, sub)));
  }
  function change(title, value, unit, say = (number) => P.say(number, unit)) {
    const last = P.years.length - 1;
    const before = last > 0 ? D.t("plan.overview.from", { year: P.years[0], value: say(value(0)) }) : "";
    return tile(D.t(title, { year: P.years[last] }), say(value(last)), before);
  }
  const percent = (value) => `${D.number(value, 1)}%`;
  function share(y) {
    const all = P.total("generation", y);
    return all ? (P.total("generation", y, (item) => CLEAN.has(P.group(item))) / all) * 100 : 0;
  }
  const peak = (y) => D.data.duration.plan[P.years[y]].load[0];
  const windAndSun = (y) => P.total("capacity", y, (item) => ["wind", "solar"].includes(P.group(item)));

  function option(key, value) {
    if (["foresight", "regions", "demand"].includes(key)) return D.has(`plan.overview.${value}`) ? D.t(`plan.overview.${value}`) : D.full(value);
    if (typeof value === "boolean") return D.t(value ? "plan.yes" : "plan.no");
    if (Array.isArray(value)) return value.map((one) => (typeof one === "object" ? `${P.name(one.technology)} ${one.year}${D.t("report.colon")}${"gw" in one ? `${D.number(one.gw, 0)} GW` : one.share ?? `× ${D.number(one.factor, 2)}`}` : one)).join(D.t("report.list_separator")) || D.t("plan.overview.none");
    if (value && typeof value === "object") return Object.entries(value).map(([year, number]) => `${year}${D.t("report.colon")}${number}`).join(D.t("report.list_separator")) || D.t("plan.overview.none");
    return value === null ? D.t("plan.overview.none") : String(value);
  }

  D.section("overview", () => {
    const { verdict } = D.data;
    D.fill(P.place("overview"),
      h("div", { class: `card plan-verdict ${verdict.holds ? "" : "broken"}`, role: verdict.holds ? "status" : "alert" },
        h("p", { class: "state" }, D.icon(verdict.holds ? "met" : "missed"), " ", D.text(verdict.state)),
        verdict.reasons.length > 0 && [h("p", {}, D.t("plan.overview.reasons"), D.t("report.colon")), D.list_("ul", verdict.reasons.map(D.text))],
        P.notes(verdict),
        h("p", { class: "muted" }, D.t(verdict.entered ? "plan.entered" : "plan.entered_not"), D.lang === "en" ? ". " : "。", D.t("plan.estimates"), D.lang === "en" ? "." : "。")),
      h("div", { class: "plan-tiles" },
        tile(D.t("plan.overview.cost"), P.say(verdict.cost, "1e9CNY"), D.t("plan.overview.cost_of", { year: verdict.money_year, base: verdict.worth_year })),
        tile(D.t("plan.overview.gap"), P.tiny(verdict.gap), D.t(`plan.overview.gap_${verdict.foresight}`)),
        change("plan.overview.co2_now", (y) => P.total("co2", y), "Mt_CO2"),
        change("plan.overview.non_fossil", share, "%", percent),
        change("plan.overview.wind_solar", windAndSun, "GW"),
        change("plan.overview.peak", peak, "GW")),
      h("div", { class: "card plan-case" }, h("h3", {}, D.t("plan.overview.case")),
        h("dl", {}, Object.entries(D.data.case).map(([key, value]) => h("div", {}, h("dt", {}, D.t(`plan.case.${key}`)), h("dd", {}, option(key, value)))))));
  });
})(window.Dafeng);
