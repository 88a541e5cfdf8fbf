// The charts of the page: CO2 and energy, the mix, the way to a target, power by source.
(function (D) {
  "use strict";
  const { h } = D;
  const CO2 = ["co2_topdown", "co2_estimate"]; // a nation's account and a province's estimate bear different names
  const SOURCES = ["thermal", "hydro", "nuclear", "wind", "solar"];
  const chosen = { entities: [D.nation], mode: "absolute", mix: "share", mixEntity: D.nation, target: "", power: D.nation, powerMode: "absolute" };

  D.co2Of = (entity) => CO2.map((name) => D.figure(entity, name)).find(Boolean);
  const entityPairs = (fits) => [...D.entities.values()].filter((entity) => fits(entity.id)).map((entity) => [entity.id, D.short(entity.id)]);

  // ---- CO2 and energy by year --------------------------------------------------------------------------------
  function trendOption(theme, figures) {
    if (!figures.length) return null;
    const years = D.yearsOf(figures);
    const index = chosen.mode === "index";
    const base = index ? years.find((year) => figures.every((figure) => figure.at.has(year))) : null;
    if (index && base === undefined) return null;
    const how = D.show(figures[0], figures);
    const option = D.baseOption(theme, years, index ? D.t("report.chart.index_unit", { year: base }) : how.sign, { lines: true, scale: index });
    option.series = figures.map((figure, order) => ({
      type: "line", name: D.short(figure.entity), symbolSize: 5, color: theme.line(order), lineStyle: { width: 2.2 }, connectNulls: false,
      emphasis: { focus: "series" },
      data: years.map((year) => {
        const point = figure.at.get(year);
        if (!point) return { value: null };
        const value = index ? (point[1] / figure.at.get(base)[1]) * 100 : point[1] * how.scale;
        return D.dot(figure, year, value, index ? `${D.number(value, 1)} (${D.shown(figure, point[1])})` : D.shown(figure, point[1]));
      }),
    }));
    return option;
  }
  function definitions(figures, parts) {
    const groups = new Map();
    figures.forEach((figure) => {
      const key = [!parts && D.title(figure.name), D.definition(figure)].filter(Boolean).join(" · ");
      groups.set(key, [...(groups.get(key) || []), parts ? D.title(figure.name) : D.short(figure.entity)]);
    });
    const mixed = groups.size > 1;
    return [
      mixed && !parts && h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("report.chart.mixed"))),
      [...groups].map(([text, who]) => h("p", { class: "muted" }, mixed ? `${D.list(who)}: ${text}` : text)),
      figures.some((figure) => figure.points.some((point) => D.marked(point[2]))) && h("p", { class: "muted" }, D.t("report.chart.hollow")),
    ];
  }
  const lacking = (ids, figures) => {
    const without = ids.filter((id) => !figures.some((figure) => figure.entity === id)).map(D.short);
    return without.length > 0 && h("p", { class: "muted" }, D.t("report.chart.lacking", { names: D.list(without) }));
  };
  function columnsTable(figures, name) {
    const years = D.yearsOf(figures);
    const how = (figure) => D.show(figure, figures);
    return { head: figures.map((figure) => `${name(figure)} (${how(figure).sign})`),
      rows: years.map((year) => [year, figures.map((figure) => {
        const point = figure.at.get(year);
        return point ? D.value(figure, year, D.number(point[1] * how(figure).scale, how(figure).digits)) : "–";
      })]) };
  }
  function trends(place) {
    const pick = () => {
      const free = entityPairs((id) => !chosen.entities.includes(id) && (D.co2Of(id) || D.figure(id, "energy_total")));
      return h("div", { class: "controls card slim" },
        h("div", { class: "chips" }, chosen.entities.map((id, order) =>
          h("button", { type: "button", class: "chip removable", disabled: chosen.entities.length === 1,
            "aria-label": D.t("report.chart.remove", { name: D.short(id) }),
            onclick: () => { chosen.entities = chosen.entities.filter((one) => one !== id); again(); } },
          h("span", { class: "dot", vars: { background: `var(--line-${(order % 8) + 1})` } }), D.short(id), chosen.entities.length > 1 && D.icon("close")))),
        free.length && chosen.entities.length < 8 ? D.select(D.t("report.chart.add"), [["", D.t("report.chart.choose")], ...free], "",
          (id) => { if (id) { chosen.entities.push(id); again(); } }, { class: "add-entity" }) : null,
        D.segments(D.t("report.chart.scale"), [["absolute", D.t("report.chart.absolute")], ["index", D.t("report.chart.index")]],
          chosen.mode, (mode) => { chosen.mode = mode; again(); }));
    };
    const top = h("div", {});
    const row = h("div", { class: "pair" });
    const again = () => {
      D.dropCharts(row);
      D.fill(top, pick());
      D.fill(row);
      for (const [title, find] of [["report.chart.co2", D.co2Of], ["report.chart.energy", (id) => D.figure(id, "energy_total")]]) {
        const figures = chosen.entities.map(find).filter(Boolean);
        const order = (figure) => chosen.entities.indexOf(figure.entity);
        D.chartCard(row, { title: D.t(title), build: (theme) => {
          const option = trendOption(theme, figures);
          if (option) option.series.forEach((series, index) => { series.color = theme.line(order(figures[index])); });
          return option;
        }, table: () => columnsTable(figures, (figure) => D.short(figure.entity)), note: () => [definitions(figures), lacking(chosen.entities, figures)] });
      }
    };
    D.fill(place, top, row);
    again();
  }

  // ---- stacked parts of a whole ------------------------------------------------------------------------------
  /** The years that can be drawn: a sum that lacks a part of weight (over a twentieth, by its nearest known value) would mislead. */
  function wholeYears(parts) {
    const all = D.yearsOf(parts.map((part) => part.figure));
    const nearest = (part, year) => all.map((one) => [Math.abs(one - year), part.value(one)]).filter((pair) => D.good(pair[1])).sort((a, b) => a[0] - b[0])[0];
    const fit = all.filter((year) => {
      const here = parts.reduce((sum, part) => sum + (part.value(year) || 0), 0);
      return here > 0 && parts.every((part) => D.good(part.value(year)) || (nearest(part, year) || [0, 0])[1] < here * 0.05);
    });
    return fit.length ? all.filter((year) => year >= fit[0] && year <= fit[fit.length - 1]).map((year) => (fit.includes(year) ? year : -year)) : [];
  }
  /** parts: [{name, color, figure, value(year)}]; shares are of the parts' own sum. */
  function stacked(theme, parts, mode, kind) {
    if (parts.length < 2) return null;
    const years = wholeYears(parts);
    if (!years.length) return null;
    const how = D.show(parts[0].figure, parts.map((part) => part.figure));
    const share = mode === "share";
    const option = D.baseOption(theme, years.map(Math.abs), share ? "%" : how.sign, { lines: kind === "area", icon: "roundRect" });
    if (share) Object.assign(option.yAxis, { max: 100, interval: 20 });
    const whole = (year) => parts.reduce((sum, part) => sum + (part.value(year) || 0), 0);
    option.series = parts.map((part) => ({
      type: kind === "area" ? "line" : "bar", stack: "all", name: part.name, color: theme.source(part.color), barCategoryGap: "28%",
      showSymbol: false, lineStyle: { width: 1, color: theme.surface }, areaStyle: kind === "area" ? { opacity: 1 } : undefined,
      itemStyle: { borderColor: theme.surface, borderWidth: kind === "area" ? 0 : 0.6 }, emphasis: { focus: "none" },
      data: years.map((year) => {
        const value = part.value(year); // a year below zero is one that is left out
        if (!D.good(value)) return { value: null };
        const percent = (value / whole(year)) * 100;
        return D.dot(part.figure, year, share ? percent : value * how.scale, `${D.join(D.number(value * how.scale, how.digits), how.sign)} (${D.number(percent, 1)}%)`);
      }),
    }));
    return option;
  }
  const modes = (mode, change) => D.segments(D.t("report.chart.scale"),
    [["share", D.t("report.chart.share")], ["absolute", D.t("report.chart.absolute")]], mode, change);
  const partsTable = (parts) => {
    const how = parts.length ? D.show(parts[0].figure, parts.map((part) => part.figure)) : null;
    return { head: parts.map((part) => `${part.name} (${how.sign})`), rows: D.yearsOf(parts.map((part) => part.figure)).map((year) =>
      [year, parts.map((part) => {
        const value = part.value(year);
        if (!D.good(value)) return "–";
        const text = D.number(value * how.scale, how.digits);
        return part.own ? D.value(part.figure, year, text) : [text, D.mark(part.figure.at.get(year)[2])];
      })]) };
  };

  function mixParts(entity) {
    const total = D.figure(entity, "energy_total");
    const fuels = ["coal", "oil", "gas"].map((name) => [name, D.figure(entity, `${name}_total`)]).filter((pair) => pair[1]);
    if (!total || fuels.length < 3) return [];
    const of = (figure, year) => (figure.at.get(year) || [])[1];
    const parts = fuels.map(([name, figure]) => ({ name: D.t(`report.source.${name}`), color: name, figure, own: true, value: (year) => of(figure, year) }));
    parts.push({ name: D.t("report.source.other_energy"), color: "other_energy", figure: total, own: false, value: (year) => {
      const values = fuels.map(([, figure]) => of(figure, year));
      return values.every(D.good) && D.good(of(total, year)) ? of(total, year) - values.reduce((a, b) => a + b, 0) : undefined;
    } });
    return parts;
  }
  function mix(place) {
    const able = entityPairs((id) => mixParts(id).length);
    const parts = () => mixParts(chosen.mixEntity);
    D.chartCard(place, { title: D.t("report.chart.mix"), build: (theme) => stacked(theme, parts(), chosen.mix, "area"), table: () => partsTable(parts()),
      controls: (draw) => [able.length > 1 && D.select(D.t("report.region"), able, chosen.mixEntity, (id) => { chosen.mixEntity = id; draw(); }),
        able.length > 0 && modes(chosen.mix, (mode) => { chosen.mix = mode; draw(); })],
      note: () => [h("p", { class: "muted" }, D.definition(D.figure(chosen.mixEntity, "energy_total"))), h("p", { class: "muted" }, D.t("report.chart.mix_note"))] });
  }

  // ---- the way to a target -----------------------------------------------------------------------------------
  function targetRows(name) {
    return D.board(D.nation).filter((row) => row.kind === "level" && D.good(row.value) && row.due_year
      && row.readings.some((reading) => (D.figureOf(reading) || {}).name === name && row.unit === D.figureOf(reading).show_unit));
  }
  // A target of the far future would press the years that matter into a corner: it is told in words instead.
  const far = (row, figures) => row.due_year > D.last(figures[0])[0] + 15;
  function targetOption(theme, name) {
    const figures = D.readings(D.nation, name);
    if (!figures.length) return null;
    const how = D.show(figures[0], figures);
    const factor = how.scale / figures[0].scale; // from the unit that targets are stated in to the one that is drawn
    const past = D.yearsOf(figures);
    const near = targetRows(name).filter((row) => !far(row, figures));
    const end = Math.max(past[past.length - 1], ...near.map((row) => row.due_year));
    const years = Array.from({ length: end - past[0] + 1 }, (_, index) => past[0] + index);
    const option = D.baseOption(theme, years, how.sign, { lines: true });
    option.xAxis.boundaryGap = ["2%", "4%"];
    option.series = figures.map((figure, order) => ({
      type: "line", name: figures.length > 1 ? D.named_("scope", figure.scope) || figure.id : D.title(name), color: theme.line(order), symbolSize: 5,
      lineStyle: { width: 2.2, type: order ? "dashed" : "solid" },
      data: years.map((year) => (figure.at.has(year) ? D.dot(figure, year, figure.at.get(year)[1] * how.scale, D.shown(figure, figure.at.get(year)[1])) : { value: null })),
    }));
    const last = D.last(figures[0]);
    const waiting = near.filter((row) => row.due_year > last[0] && row.value > last[1] * figures[0].scale);
    const color = theme.get("target");
    option.series.push({
      type: "scatter", name: D.t("report.chart.target_point"), color, symbol: "diamond", symbolSize: 13, z: 5,
      data: near.map((row) => ({ value: [String(row.due_year), row.value * factor], year: row.due_year, said: D.targetPhrase(row),
        name: `${D.t("report.chart.target_point")} ${row.target}` })),
      markLine: { silent: true, symbol: "none", label: { show: false }, animation: false, data: [
        ...near.filter((row) => row.band).map((row) => [
          { coord: [String(row.due_year), row.band[0] * factor], lineStyle: { color, width: 7, type: "solid", opacity: 0.35 } },
          { coord: [String(row.due_year), row.band[1] * factor] }]),
        ...waiting.map((row) => [
          { coord: [String(last[0]), last[1] * how.scale], lineStyle: { color, width: 1.4, type: [4, 4] } },
          { coord: [String(row.due_year), row.value * factor] }])] },
    });
    return option;
  }
  function wayToTarget(place) {
    const names = [...new Set(D.board(D.nation).flatMap((row) => row.readings.map((reading) => (D.figureOf(reading) || {}).name)))]
      .filter((name) => name && targetRows(name).length);
    const first = names.includes("non_fossil_share") ? "non_fossil_share" : names[0];
    if (!names.includes(chosen.target)) chosen.target = first || "";
    const figures = () => D.readings(D.nation, chosen.target);
    D.chartCard(place, { title: D.t("report.chart.way"), build: (theme) => (chosen.target ? targetOption(theme, chosen.target) : null),
      controls: (draw) => names.length > 1 && D.select(D.t("report.indicator"), names.map((name) => [name, D.title(name)]), chosen.target,
        (name) => { chosen.target = name; draw(); }),
      table: () => columnsTable(figures(), (figure) => D.named_("scope", figure.scope) || D.title(figure.name)),
      note: () => [figures().length > 1 && h("p", { class: "warn" }, D.icon("at_risk"), h("span", {}, D.t("report.chart.mixed"))),
        h("p", { class: "muted" }, D.t("report.chart.way_note")),
        targetRows(chosen.target).filter((row) => far(row, figures())).map((row) =>
          h("p", { class: "muted" }, `${D.text(row.name)}${D.t("report.colon")}${D.targetPhrase(row)}`))] });
  }

  // ---- power by source ---------------------------------------------------------------------------------------
  const powerParts = (entity, kind) => SOURCES.map((name) => [name, D.figure(entity, `power_${kind}.${name}`)]).filter((pair) => pair[1])
    .map(([name, figure]) => ({ name: D.t(`report.source.${name}`), color: name, figure, own: true, value: (year) => (figure.at.get(year) || [])[1] }));
  function power(place) {
    const able = entityPairs((id) => powerParts(id, "generation").length > 1 || powerParts(id, "capacity").length > 1);
    if (!able.some(([id]) => id === chosen.power) && able.length) chosen.power = able[0][0];
    const row = h("div", { class: "pair" });
    const top = h("div", {});
    const again = () => {
      D.dropCharts(row);
      D.fill(top, able.length ? h("div", { class: "controls card slim" },
        D.select(D.t("report.region"), able, chosen.power, (id) => { chosen.power = id; again(); }, { class: "pick-power" }),
        modes(chosen.powerMode, (mode) => { chosen.powerMode = mode; again(); })) : null);
      D.fill(row);
      for (const kind of ["generation", "capacity"]) {
        const parts = powerParts(chosen.power, kind);
        D.chartCard(row, { title: D.t(`report.chart.${kind}`), lead: D.short(chosen.power), build: (theme) => stacked(theme, parts, chosen.powerMode, "bar"),
          table: () => partsTable(parts), note: () => [definitions(parts.map((part) => part.figure), true), wholeYears(parts).some((year) => year < 0) && h("p", { class: "muted" }, D.t("report.chart.years_left_out")),
            kind === "generation" && h("p", { class: "muted" }, D.t("report.chart.power_note"))] });
      }
    };
    D.fill(place, top, row);
    again();
  }

  D.trendCard = function (place, figure, extra) { // used by the province's page
    D.chartCard(place, { title: D.title(figure.name), lead: D.short(figure.entity), height: 260, ...extra,
      build: (theme) => { const mode = chosen.mode; chosen.mode = "absolute"; const option = trendOption(theme, [figure]); chosen.mode = mode;
        return option; },
      table: () => columnsTable([figure], () => D.title(figure.name)), note: () => definitions([figure]) });
  };

  D.section("trends", () => trends(document.getElementById("trends-place")));
  D.section("mix", () => {
    const place = document.getElementById("mix-place");
    D.fill(place);
    mix(place);
    wayToTarget(place);
  });
  D.section("power", () => power(document.getElementById("power-place")));
})(window.Dafeng);
