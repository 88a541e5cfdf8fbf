// One province: key figures, series, board.
(function (D) {
  "use strict";
  const { h } = D;
  let unit = D.memory().get("unit") || "";
  let series = "";

  const rankOf = (figure, year) => {
    const others = D.named.get(figure.name).filter((one) => (D.entities.get(one.entity) || {}).kind === "province" && one.at.has(year));
    const seen = new Map(others.map((one) => [one.entity, one.at.get(year)[1]]));
    const sorted = [...seen.values()].sort((a, b) => b - a);
    return [sorted.indexOf(figure.at.get(year)[1]) + 1, sorted.length];
  };
  const FIRST = ["co2_estimate", "energy_total", "carbon_intensity", "energy_intensity", "co2_per_capita", "electrification",
    "co2_electricity_use", "power_consumption", "gdp_constant", "population"];
  /** The first reading of every figure of an entity, the ones most asked for first. */
  const mains = (entity) => {
    const seen = new Map();
    (D.owned.get(entity) || []).forEach((figure) => { if (figure.points.length && !seen.has(figure.name)) seen.set(figure.name, figure); });
    return [...FIRST.filter((name) => seen.has(name)).map((name) => seen.get(name)), ...[...seen.values()].filter((figure) => !FIRST.includes(figure.name))];
  };
  const SHOWN = 10;
  let all = false;

  function keyFigures(entity, pick) {
    const figures = mains(entity);
    const more = figures.length > SHOWN + 2 && h("button", { type: "button", class: "plain boxed more-figures", "aria-expanded": String(all),
      onclick: () => { all = !all; pick(series); } }, D.t(all ? "report.province.fewer" : "report.province.more", { count: figures.length }));
    return [h("div", { class: "key-figures" }, figures.slice(0, all || !more ? undefined : SHOWN).map((figure) => {
      const point = D.last(figure);
      const [rank, count] = rankOf(figure, point[0]);
      return h("div", { class: `key ${figure.name === series ? "on" : ""}` },
        h("button", { type: "button", class: "plain key-name", title: D.t("report.province.show_series"), onclick: () => pick(figure.name) }, D.title(figure.name)),
        h("div", { class: "key-value" }, D.value(figure, point[0])),
        h("div", { class: "key-foot" }, h("span", { class: "muted" }, String(point[0]), count > 2 ? ` · ${D.t("report.map.rank", { rank, count })}` : ""), D.sparkline(figure, 64, 20)));
    })), more];
  }

  function render() {
    const place = document.getElementById("province-place");
    const section = document.getElementById("province");
    D.dropCharts(place);
    if (!D.entities.has(unit) || D.entities.get(unit).kind !== "province") {
      section.hidden = true;
      return;
    }
    section.hidden = false;
    const entity = D.entities.get(unit);
    const able = mains(unit);
    const units = D.data.entities.filter((one) => one.kind === "province");
    const parent = D.entities.get(entity.parent);
    const head = h("div", { class: "province-head" },
      h("h2", { id: "province-title", tabindex: "-1" }, D.full(unit), parent && parent.kind !== "nation" ? h("span", { class: "muted" }, ` ${D.full(parent.id)}`) : null),
      h("div", { class: "controls" }, D.select(D.t("report.region"), units.map((one) => [one.id, D.short(one.id)]), unit, (id) => D.showProvince(id), { class: "pick-province" }),
        h("button", { type: "button", class: "plain boxed", onclick: () => D.showProvince("") }, D.t("report.close"))));
    const keys = h("div", {});
    const chart = h("div", {});
    const board = h("div", { class: "card board-card" });
    D.fill(place, head, keys, chart, h("h3", {}, D.t("report.province.board")), board);
    const pick = (name) => {
      series = name;
      D.fill(keys, keyFigures(unit, pick));
      D.dropCharts(chart);
      D.fill(chart);
      D.trendCard(chart, D.figure(unit, name));
    };
    if (able.length) pick(able.some((figure) => figure.name === series) ? series : (D.co2Of(unit) || able[0]).name);
    else D.fill(keys, D.missing("report.province.nothing"));
    D.boardView(board, unit);
  }

  /** Open a province (or close with ""). */
  D.showProvince = function (id, scroll) {
    unit = id;
    D.remember("unit", id);
    D.mapChosen(id);
    render();
    if (!id) { document.getElementById("map").scrollIntoView({ block: "start" }); return; }
    if (scroll) D.goto(document.getElementById("province"));
    document.getElementById("province-title").focus({ preventScroll: true });
  };
  D.section("province", () => { if (unit) D.mapChosen(unit); render(); });
})(window.Dafeng);
