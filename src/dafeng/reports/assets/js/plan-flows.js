// Net flow of each corridor over the year on the map of tiles.
(function (D) {
  "use strict";
  const P = D.plan;
  const { h, s } = D;
  let year = P.years[P.years.length - 1];

  /** Net flow between each two regions, whatever the kind of corridor: {start, end, net} with net >= 0. */
  function pairs() {
    const y = P.years.indexOf(year);
    const found = new Map();
    D.data.flows.forEach((flow) => {
      const [a, b] = [flow.start, flow.end].sort();
      const one = found.get(`${a} ${b}`) || found.set(`${a} ${b}`, { a, b, net: 0, capacity: new Map() }).get(`${a} ${b}`);
      one.net += (flow.start === a ? 1 : -1) * flow.sent[y];
      one.capacity.set(flow.corridor, flow.capacity[y]);
    });
    return [...found.values()].map(({ a, b, net, capacity }) => ({ start: net >= 0 ? a : b, end: net >= 0 ? b : a, net: Math.abs(net), capacity: [...capacity.values()].reduce((sum, gw) => sum + gw, 0) }))
      .sort((one, other) => other.net - one.net);
  }

  function map(list) {
    const places = D.data.regions.map((id) => D.entities.get(id)).filter((entity) => entity && entity.tile);
    const few = places.length <= 8;
    const [unit, wide, high] = few ? [112, 132, 56] : [118, 86, 42];
    const xs = places.map((entity) => entity.tile[0]);
    const ys = places.map((entity) => entity.tile[1]);
    const letters = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.62), 0);
    const size = (entity) => Math.min(few ? 15 : 13, (wide - 8) / letters(D.short(entity.id)));
    const x = (entity) => (entity.tile[0] - Math.min(...xs)) * unit * (few ? 1.25 : 1) + wide / 2 + 8;
    const y = (entity) => (entity.tile[1] - Math.min(...ys)) * unit * (few ? 0.9 : 0.74) + high / 2 + 8;
    const width = Math.max(...places.map(x)) + wide / 2 + 8;
    const height = Math.max(...places.map(y)) + high / 2 + 8;
    const top = list.length ? list[0].net : 1;
    const trade = new Map(places.map((entity) => [entity.id, 0]));
    list.forEach((one) => { trade.set(one.start, trade.get(one.start) - one.net); trade.set(one.end, trade.get(one.end) + one.net); });
    const how = P.scale("TWh", list.map((one) => one.net));
    const arrow = (one) => {
      const [from, to] = [D.entities.get(one.start), D.entities.get(one.end)];
      if (!from || !to || !from.tile || !to.tile || one.net < top * 1e-3) return null;
      const [dx, dy] = [x(to) - x(from), y(to) - y(from)];
      const long = Math.hypot(dx, dy) || 1;
      const cut = Math.min(1, Math.min(Math.abs(dx) > 0 ? (wide / 2 + 3) / Math.abs(dx) : 1, Math.abs(dy) > 0 ? (high / 2 + 3) / Math.abs(dy) : 1));
      const thick = 1.2 + (few ? 9 : 5) * Math.sqrt(one.net / top);
      const [sx, sy, ex, ey] = [x(from) + dx * cut, y(from) + dy * cut, x(to) - dx * cut, y(to) - dy * cut];
      // A slight bend keeps flows apart that would lie on one line.
      const bend = few ? 0 : 0.14 * (long - unit);
      const [mx, my] = [(sx + ex) / 2 - (dy / long) * bend, (sy + ey) / 2 + (dx / long) * bend];
      const head = 5 + thick;
      const last = Math.hypot(ex - mx, ey - my) || 1;
      const [ux, uy] = [(ex - mx) / last, (ey - my) / last];
      const [bx, by] = [ex - ux * head, ey - uy * head];
      const text = D.t("plan.page.flow_of", { from: D.short(one.start), to: D.short(one.end), value: D.join(P.bare(one.net, how), how.sign) });
      return s("g", {}, s("title", {}, text),
        s("path", { class: "flow", d: `M${sx} ${sy}Q${mx} ${my} ${bx} ${by}`, "stroke-width": thick.toFixed(1) }),
        s("polygon", { class: "tip", points: `${ex},${ey} ${bx - uy * head * 0.62},${by + ux * head * 0.62} ${bx + uy * head * 0.62},${by - ux * head * 0.62}` }));
    };
    return s("svg", { class: "flow-map", viewBox: `0 0 ${width.toFixed(0)} ${height.toFixed(0)}`, role: "img", "aria-label": D.t("plan.page.flow_map") },
      list.map(arrow),
      places.map((entity) => {
        const net = trade.get(entity.id);
        return s("g", { class: `place ${net > 0 ? "in" : "out"}` }, s("title", {}, `${D.full(entity.id)}${D.t("report.colon")}${D.t(net > 0 ? "plan.page.net_in" : "plan.page.net_out")} ${D.join(P.bare(Math.abs(net), how), how.sign)}`),
          s("rect", { x: x(entity) - wide / 2, y: y(entity) - high / 2, width: wide, height: high, rx: 7 }),
          s("text", { x: x(entity), y: y(entity) - 3, "font-size": size(entity), "font-weight": 600 }, D.short(entity.id)),
          s("text", { x: x(entity), y: y(entity) + 15, "font-size": few ? 13 : 11, class: "value" }, D.number(net * how.scale, how.digits, true)));
      }));
  }

  D.section("flows", () => {
    const place = P.place("flows");
    if (!D.data.flows.length) return D.fill(place, D.missing("plan.no_flows"));
    const draw = () => {
      const list = pairs();
      const how = P.scale("TWh", list.map((one) => one.net));
      const power = P.scale("GW", list.map((one) => one.capacity));
      D.fill(place, h("div", { class: "card" }, h("div", { class: "plan-controls" }, P.pickYear(year, (one) => { year = one; draw(); }),
        h("span", { class: "muted" }, D.t("report.chart.unit", { unit: how.sign }))), map(list),
      h("div", { class: "scroll plan-long" }, h("table", { class: "data small plan-table" }, h("caption", { class: "unseen" }, D.t("plan.page.flow_map")),
        h("thead", {}, h("tr", {}, [["from"], ["to"]].map(([key]) => h("th", { scope: "col" }, D.t(`plan.col.${key}`))),
          h("th", { scope: "col", class: "num" }, `${D.t("plan.page.flow_map")} (${how.sign})`), h("th", { scope: "col", class: "num" }, `${D.t("plan.page.line_capacity")} (${power.sign})`))),
        h("tbody", {}, list.map((one) => h("tr", {}, h("th", { scope: "row" }, D.short(one.start)), h("td", {}, D.short(one.end)),
          h("td", { class: "num" }, P.bare(one.net, how)), h("td", { class: "num" }, P.bare(one.capacity, power)))))))));
    };
    draw();
    return place;
  });
})(window.Dafeng);
