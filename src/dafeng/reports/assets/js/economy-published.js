// Scenarios that others published, beside the plan.
(function (D) {
  "use strict";
  const P = D.plan;
  const { h } = D;
  const { data } = D;

  const COLUMNS = ["peak_year", "peak", "co2_2030", "wind_solar_2030", "non_fossil_2030", "coal", "energy"];
  const plain = (value, unit) => (unit === "year" ? String(value) : D.amount(value, unit, { digits: unit === "GW" ? 0 : 1 }));
  function figure(one) {
    const quantity = one.quantity && D.has(`economy.quantity.${one.quantity}`) && !["peak_year", "co2_peak", "co2", "wind_solar_capacity", "non_fossil_share"].includes(one.quantity);
    const where = [one.year && String(one.year), one.same_scope === false && `≠ ${D.has(`economy.scope.${one.scope}`) ? D.t(`economy.scope.${one.scope}`) : D.t("economy.page.other_scope")}`].filter(Boolean);
    return h("div", { title: D.text(one.note) || undefined }, quantity && h("span", { class: "muted" }, `${D.t(`economy.quantity.${one.quantity}`)}${D.t("report.colon")}`), plain(one.value, one.unit), D.mark(one.quality),
      where.length > 0 && h("div", { class: "muted" }, where.join(" · ")));
  }
  if (document.getElementById("published")) D.section("published", () => {
    const place = P.stack("published");
    const own = data.published_own;
    const rows = [{ cls: "on", cells: [h("strong", {}, D.t("economy.page.this_plan")), D.text(data.scenario.title), ...COLUMNS.map((column) => (own[column] ? plain(own[column].value, own[column].unit) : "–")), "–"] },
      ...data.published.map((one) => ({ cells: [one.study, D.text(one.scenario), ...COLUMNS.map((column) => (one.figures[column] || []).length ? one.figures[column].map(figure) : "–"), one.more.length ? one.more.map(figure) : "–"] }))];
    place.append(h("div", { class: "card" }, D.sheet([D.t("economy.col.study"), D.t("economy.col.scenario"), ...COLUMNS.map((column) => D.t(`economy.col.${column}`)), D.t("economy.col.more")], rows, { class: "data small assess-table plan-table eco-published" })));
    const notes = data.published.flatMap((one) => Object.values(one.figures).flat().concat(one.more).filter((each) => D.text(each.note)).map((each) => `${one.study}${D.t("report.list_separator")}${D.text(one.scenario)}${D.t("report.colon")}${D.text(each.note)}`));
    place.append(h("details", { class: "card assess-rules", "data-details": "notes" }, h("summary", {}, D.t("economy.col.source")), h("div", {}, D.list_("ul", [...new Set(data.published.flatMap((one) => one.source))].filter((id) => data.sources[id]).map((id) => `${data.sources[id].title} (${data.sources[id].publisher})`)),
      h("div", { lang: "en" }, D.list_("ul", [...new Set(notes)])))));
  });
})(window.Dafeng);
