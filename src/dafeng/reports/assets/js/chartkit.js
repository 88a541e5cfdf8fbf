// One frame for every chart: title, controls, chart or table, and words where there is nothing to draw.
(function (D) {
  "use strict";
  const { h } = D;
  const live = new Set();

  D.theme = function () {
    const css = getComputedStyle(document.documentElement);
    const get = (name) => css.getPropertyValue(`--${name}`).trim();
    return { get, ink: get("ink"), soft: get("ink-2"), faint: get("line"), surface: get("surface"),
      line: (index) => get(`line-${(index % 8) + 1}`), source: (name) => get(`source-${name}`) || get("ink-3"),
      font: getComputedStyle(document.body).fontFamily };
  };

  D.yearsOf = (figures) => {
    const years = new Set();
    figures.forEach((figure) => figure.points.forEach((point) => years.add(point[0])));
    const all = [...years].sort((a, b) => a - b);
    return all.length ? Array.from({ length: all[all.length - 1] - all[0] + 1 }, (_, index) => all[0] + index) : [];
  };

  /** The parts that every chart has alike. */
  D.baseOption = function (theme, years, unit, extra) {
    return {
      animation: !D.calm() && !D.still, animationDuration: 300, textStyle: { fontFamily: theme.font, color: theme.ink },
      aria: { enabled: false },
      grid: { left: 2, right: 16, top: 40, bottom: years.length > 45 ? 44 : 4, containLabel: true },
      legend: { type: "scroll", top: 0, left: 0, right: 0, itemWidth: 16, itemHeight: 9, itemGap: 14, icon: extra && extra.icon,
        textStyle: { color: theme.soft, fontSize: 12 }, pageTextStyle: { color: theme.soft }, pageIconColor: theme.soft,
        pageIconInactiveColor: theme.faint },
      xAxis: { type: "category", data: years.map(String), boundaryGap: !(extra && extra.lines), axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.get("ink-3") } }, axisLabel: { color: theme.soft, fontSize: 12, hideOverlap: true } },
      yAxis: { type: "value", name: unit, scale: Boolean(extra && extra.scale),
        axisLabel: { color: theme.soft, fontSize: 12, formatter: (value) => axisNumber(value) },
        splitLine: { lineStyle: { color: theme.faint } }, splitNumber: 4 },
      dataZoom: years.length > 45 ? [{ type: "slider", height: 18, bottom: 4, borderColor: theme.faint, textStyle: { color: theme.soft } }] : [],
      tooltip: { trigger: "axis", confine: true, backgroundColor: theme.surface, borderColor: theme.faint, padding: 0,
        textStyle: { color: theme.ink, fontFamily: theme.font, fontSize: 13 }, axisPointer: { type: extra && extra.lines ? "line" : "shadow",
          lineStyle: { color: theme.get("ink-3") }, shadowStyle: { color: theme.get("hover") } }, formatter: (items) => tip(items) },
    };
  };
  function axisNumber(value) {
    for (let digits = 0; digits < 5; digits += 1) {
      if (Math.abs(value * 10 ** digits - Math.round(value * 10 ** digits)) < 1e-6) return D.number(value, digits);
    }
    return D.number(value);
  }
  function tip(items) {
    const list = (Array.isArray(items) ? items : [items]).filter((item) => item.data && item.data.said);
    if (!list.length) return "";
    return h("div", { class: "tip" }, h("div", { class: "tip-head" }, String(list[0].data.year)),
      h("table", {}, list.map((item) => h("tr", {},
        h("td", {}, h("span", { class: "dot", style: { background: item.color } })), h("td", {}, item.data.name || item.seriesName),
        h("td", { class: "num" }, item.data.said, D.mark(item.data.quality))))));
  }

  /** One point of a series; hollow where the figure is recalled, estimated or the user's own. */
  D.dot = function (figure, year, value, said, name) {
    const point = figure.at.get(year);
    if (!point || !D.good(value)) return { value: null };
    return { value, said, year, name, quality: point[2], figure: figure.key, symbol: D.marked(point[2]) ? "emptyCircle" : "circle" };
  };

  /**
   * A chart in its card. spec: title, lead (a line under the title), controls, build(theme) -> option or null,
   * table() -> {head, rows}, note() -> nodes, height.
   */
  D.chartCard = function (place, spec) {
    let asTable = D.memory().get("view") === "table";
    const holder = h("div", { class: "chart", role: "img", "aria-label": spec.title, style: { height: `${spec.height || 320}px` } });
    const tablePlace = h("div", { class: "chart-table scroll" });
    const unit = h("div", { class: "chart-unit" });
    const note = h("div", { class: "chart-note" });
    const flip = h("button", { type: "button", class: "plain as-table", "aria-pressed": "false", onclick: () => { asTable = !asTable; draw(); } });
    const controls = h("div", { class: "controls" });
    const card = h("figure", { class: "card chart-card", id: spec.id },
      h("figcaption", {}, h("div", {}, h("h3", {}, spec.title), spec.lead && h("p", { class: "muted" }, spec.lead)), flip),
      controls, unit, holder, tablePlace, note);
    let chart = null;

    function draw() {
      const option = spec.build(D.theme());
      const table = option ? spec.table() : null;
      if (spec.controls) D.fill(controls, spec.controls(draw));
      controls.hidden = !controls.firstChild;
      D.fill(note, option && spec.note ? spec.note() : null);
      flip.hidden = !option;
      D.fill(flip, D.t(asTable ? "report.chart.as_chart" : "report.chart.as_table"));
      flip.setAttribute("aria-pressed", String(asTable));
      holder.hidden = asTable || !option;
      unit.hidden = holder.hidden;
      D.fill(tablePlace, !option ? D.missing() : asTable ? grid(spec.title, table) : null);
      if (holder.hidden) return;
      if (!chart) {
        chart = echarts.init(holder, null, { renderer: "svg" });
        chart.on("click", (event) => { if (event.data && event.data.figure) D.explain(event.data.figure, event.data.year); });
      }
      // The unit stands above the chart as text of the page, where it can be set well and is never cut off.
      D.fill(unit, option.yAxis.name ? D.t("report.chart.unit", { unit: option.yAxis.name }) : null);
      delete option.yAxis.name;
      if (option.series.length < 2) { option.legend.show = false; option.grid.top = 12; }
      chart.setOption(option, { notMerge: true });
      chart.resize();
      frame();
      holder.dataset.ready = "1";
    }
    /** Lets the style sheet scale the drawing to paper. */
    function frame() {
      const svg = holder.querySelector("svg");
      if (svg) svg.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
    }
    function resize() {
      if (!chart || holder.hidden || matchMedia("print").matches) return;
      chart.resize();
      frame();
    }
    const entry = { card, draw, resize, drop: () => chart && chart.dispose() };
    live.add(entry);
    place.append(card);
    draw();
    new ResizeObserver(entry.resize).observe(holder);
    return entry;
  };

  /** The numbers of a chart as a table whose every figure can be asked. */
  function grid(title, table) {
    return h("table", { class: "data small" }, h("caption", { class: "unseen" }, title),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, table.first || D.t("report.year")), table.head.map((name) => h("th", { scope: "col", class: "num" }, name)))),
      h("tbody", {}, (table.first ? table.rows : [...table.rows].reverse()).map(([year, cells]) =>
        h("tr", {}, h("th", { scope: "row" }, String(year)), cells.map((cell) => h("td", { class: "num" }, cell))))));
  }

  D.dropCharts = (place) => live.forEach((entry) => {
    if (!place || place.contains(entry.card) || !entry.card.isConnected) { entry.drop(); live.delete(entry); }
  });
  D.redrawCharts = () => live.forEach((entry) => entry.draw());
  D.resizeCharts = () => live.forEach((entry) => entry.resize());
  D.chartsReady = () => [...document.querySelectorAll(".chart")].filter((node) => !node.hidden).every((node) => node.dataset.ready === "1");
})(window.Dafeng);
