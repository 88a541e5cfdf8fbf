// The map: one equal tile for each of the 34 units, so that small ones read as well as large ones and no outline is drawn.
(function (D) {
  "use strict";
  const { h } = D;
  const chosen = { name: "", year: 0, unit: "" };

  const provinces = () => D.data.entities.filter((entity) => entity.kind === "province" && entity.tile);
  const names = () => [...D.named.keys()].filter((name) =>
    D.named.get(name).filter((figure) => (D.entities.get(figure.entity) || {}).kind === "province" && figure.points.length).length >= 5);

  // ---- colour ------------------------------------------------------------------------------------------------
  const rgb = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  function ramp(part) {
    const theme = D.theme();
    const stops = [0, 1, 2, 3, 4].map((index) => rgb(theme.get(`ramp-${index}`)));
    const at = Math.max(0, Math.min(1, part)) * 4;
    const low = Math.min(3, Math.floor(at));
    return stops[low].map((value, index) => Math.round(value + (stops[low + 1][index] - value) * (at - low)));
  }
  function luminance(color) {
    const [r, g, b] = color.map((value) => { const part = value / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  /** Black or white, whichever stands out more: never below 4.5 to 1. */
  function inkOn(color) {
    const light = luminance(color);
    return 1.05 / (light + 0.05) >= (light + 0.05) / (luminance([16, 24, 27]) + 0.05) ? "#ffffff" : "#10181b";
  }

  // ---- drawing -----------------------------------------------------------------------------------------------
  function facts() {
    const figures = new Map(provinces().map((entity) => [entity.id, D.figure(entity.id, chosen.name)]));
    const present = [...figures.values()].filter(Boolean);
    const years = [...new Set(present.flatMap((figure) => figure.points.map((point) => point[0])))].sort((a, b) => a - b);
    const values = present.flatMap((figure) => figure.points.map((point) => point[1])).filter(D.good);
    return { figures, years, low: Math.min(0, ...values), high: Math.max(...values), how: present.length ? D.show(present[0]) : null, present };
  }
  const ranked = (found) => provinces().map((entity) => ({ entity, figure: found.figures.get(entity.id),
    point: found.figures.get(entity.id) && found.figures.get(entity.id).at.get(chosen.year) }))
    .filter((item) => item.point && D.good(item.point[1])).sort((a, b) => b.point[1] - a.point[1]);

  function tile(entity, found, order, tip) {
    const figure = found.figures.get(entity.id);
    const point = figure && figure.at.get(chosen.year);
    const has = point && D.good(point[1]);
    const color = has ? ramp((point[1] - found.low) / (found.high - found.low || 1)) : null;
    const said = has ? D.shown(figure, point[1]) : D.t("report.no_value");
    const show = (event) => {
      const box = event.currentTarget;
      D.fill(tip, h("strong", {}, D.full(entity.id)), h("div", {}, `${chosen.year}: `, said, has ? D.mark(point[2]) : null),
        has && h("div", { class: "muted" }, D.t("report.map.rank", { rank: order.get(entity.id), count: order.size })));
      tip.hidden = false;
      const room = tip.parentNode.clientWidth - tip.offsetWidth - 4;
      tip.style.left = `${Math.max(4, Math.min(room, box.offsetLeft + box.offsetWidth / 2 - tip.offsetWidth / 2))}px`;
      tip.style.top = `${box.offsetTop > tip.offsetHeight + 8 ? box.offsetTop - tip.offsetHeight - 6 : box.offsetTop + box.offsetHeight + 6}px`;
    };
    const hide = () => { tip.hidden = true; };
    return h("button", { type: "button", class: `tile ${has ? "" : "empty"} ${chosen.unit === entity.id ? "on" : ""}`, "data-unit": entity.id,
      "aria-label": `${D.full(entity.id)}, ${chosen.year}: ${said}`, "aria-pressed": String(chosen.unit === entity.id),
      style: { gridColumn: String(entity.tile[0] + 1), gridRow: String(entity.tile[1] + 1), ...(has ? { backgroundColor: `rgb(${color.join(",")})`, color: inkOn(color) } : {}) },
      onmouseenter: show, onfocus: show, onmouseleave: hide, onblur: hide, onclick: () => D.showProvince(entity.id, true) },
      h("span", { class: "tile-name" }, D.short(entity.id)), h("span", { class: "tile-code", "aria-hidden": "true" }, entity.id.replace(/^CN-/, "")),
      h("span", { class: "tile-value" }, has ? D.number(point[1] * found.how.scale, found.how.digits) : "–"),
      has && D.marked(point[2]) ? h("span", { class: "tile-mark" }, D.t(`report.mark1.${point[2]}`)) : null);
  }

  /** The same tiles as outlines, where the user supplied a file of them. */
  function outline(given, found, order, tip) {
    const shape = (entity) => {
      const like = tile(entity, found, order, tip);
      const path = D.s("path", { d: given.paths[entity.id], class: like.className.replace("tile", "region"), tabindex: "0", role: "button",
        "data-unit": entity.id, "aria-label": like.getAttribute("aria-label") });
      if (like.style.backgroundColor) path.style.fill = like.style.backgroundColor;
      const show = () => {
        like.dispatchEvent(new Event("focus"));
        const box = path.getBBox();
        const part = path.ownerSVGElement.clientWidth / given.width;
        tip.style.left = `${Math.max(4, (box.x + box.width / 2) * part - tip.offsetWidth / 2)}px`;
        tip.style.top = `${(box.y + box.height) * part + 4}px`;
      };
      path.addEventListener("mouseenter", show);
      path.addEventListener("focus", show);
      for (const name of ["mouseleave", "blur"]) path.addEventListener(name, () => { tip.hidden = true; });
      path.addEventListener("click", () => D.showProvince(entity.id, true));
      path.addEventListener("keydown", (event) => { if (event.key === "Enter") D.showProvince(entity.id, true); });
      return path;
    };
    return D.s("svg", { viewBox: `0 0 ${given.width} ${given.height}`, class: "outlines", role: "group" },
      provinces().filter((entity) => given.paths[entity.id]).map(shape));
  }

  function ranking(found, list) {
    if (!list.length) return D.missing("report.map.no_year");
    const top = list[0].point[1] || 1;
    return h("ol", { class: "ranking" }, list.map((item) => h("li", { class: chosen.unit === item.entity.id ? "on" : "" },
      h("button", { type: "button", class: "plain rank-name", onclick: () => D.showProvince(item.entity.id, true) }, D.short(item.entity.id)),
      h("span", { class: "rank-bar" }, h("span", { style: { width: `${Math.max(0, (item.point[1] / top) * 100)}%` } })),
      D.value(item.figure, chosen.year, D.number(item.point[1] * found.how.scale, found.how.digits)))));
  }

  function render() {
    const place = document.getElementById("map-place");
    const able = names();
    if (!able.length || !provinces().length) return D.fill(place, D.missing());
    if (!able.includes(chosen.name)) chosen.name = ["co2_estimate", "energy_total"].find((name) => able.includes(name)) || able[0];
    const found = facts();
    // The newest year that most provinces have.
    if (!found.years.includes(chosen.year)) {
      const count = (year) => found.present.filter((figure) => figure.at.has(year)).length;
      const most = Math.max(...found.years.map(count));
      chosen.year = [...found.years].reverse().find((year) => count(year) >= most * 0.8);
    }
    const tip = h("div", { class: "map-tip", role: "status", hidden: true });
    const given = D.data.outlines;
    const tiles = h("div", { class: given ? "drawn" : "tiles" });
    const rank = h("div", { class: "rank-place" });
    const yearText = h("output", { class: "year-now" });
    const draw = () => {
      const list = ranked(found);
      const order = new Map(list.map((item, index) => [item.entity.id, index + 1]));
      yearText.textContent = String(chosen.year);
      D.fill(tiles, given ? outline(given, found, order, tip) : provinces().map((entity) => tile(entity, found, order, tip)));
      D.fill(rank, ranking(found, list));
    };
    const first = found.present[0];
    const slider = h("input", { type: "range", min: 0, max: found.years.length - 1, step: 1, value: found.years.indexOf(chosen.year), class: "year-slider",
      "aria-label": D.t("report.year"), "aria-valuetext": String(chosen.year),
      oninput: (event) => { chosen.year = found.years[Number(event.target.value)]; event.target.setAttribute("aria-valuetext", String(chosen.year)); draw(); } });
    D.fill(place, h("div", { class: "card" },
      h("div", { class: "controls" },
        D.select(D.t("report.indicator"), able.map((name) => [name, D.title(name)]), chosen.name, (name) => { chosen.name = name; render(); }, { class: "pick-map" }),
        h("label", { class: "field year-field" }, h("span", { class: "field-name" }, D.t("report.year")), slider, yearText)),
      h("div", { class: "map-row" },
        h("div", { class: "map" }, h("div", { class: "map-legend" }, h("span", {}, D.number(found.low * found.how.scale, found.low ? found.how.digits : 0)),
          h("span", { class: "ramp", style: { backgroundImage: `linear-gradient(to right, ${[0, 1, 2, 3, 4].map((i) => `rgb(${ramp(i / 4).join(",")})`).join(",")})` } }),
          h("span", {}, D.join(D.number(found.high * found.how.scale, found.how.digits), found.how.sign)), h("span", { class: "legend-empty" }), h("span", {}, D.t("report.no_value"))),
        tiles, tip), rank),
      h("div", { class: "chart-note" }, h("p", { class: "muted" }, D.definition(first)), h("p", { class: "muted" }, D.t("report.map.note")),
        given ? h("p", { class: "muted" }, D.t("report.map.supplied", { file: given.file })) : null)));
    draw();
    return place;
  }

  D.mapChosen = (id) => { chosen.unit = id; render(); };
  D.redrawMap = render;
  D.section("map", render);
})(window.Dafeng);
