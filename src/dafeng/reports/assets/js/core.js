// The page's ground: data, words, numbers, units, marks and a small way to make elements. No text is ever set as HTML.
(function (D) {
  "use strict";

  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read("dafeng-data");
  const words = read("dafeng-words");
  const units = read("dafeng-units");
  const LANGS = ["zh", "ja", "en"];
  const TAGS = { zh: "zh-CN", ja: "ja", en: "en" };

  Object.assign(D, { data, words, LANGS, TAGS, lang: document.documentElement.dataset.lang || "en" });

  // ---- indexes -----------------------------------------------------------------------------------------------
  D.entities = new Map(data.entities.map((entity) => [entity.id, entity]));
  D.figures = new Map();
  D.named = new Map(); // name -> figures
  D.owned = new Map(); // entity -> figures
  const push = (map, key, item) => (map.get(key) || map.set(key, []).get(key)).push(item);
  for (const figure of data.figures) {
    figure.at = new Map(figure.points.map((point) => [point[0], point]));
    // Two readings may bear one id: the key is the page's own.
    figure.key = D.figures.has(figure.id) ? `${figure.id}#${D.figures.size}` : figure.id;
    D.figures.set(figure.key, figure);
    push(D.named, figure.name, figure);
    push(D.owned, figure.entity, figure);
  }
  const nation = data.entities.find((entity) => entity.kind === "nation");
  D.nation = nation ? nation.id : "CN";
  D.subject = data.region || D.nation; // whose board the page shows
  /** The main reading of a figure: of those that go on to the newest years, the longest. */
  D.figure = function (entity, name) {
    const all = D.readings(entity, name);
    const newest = Math.max(...all.map((figure) => D.last(figure)[0]));
    return all.filter((figure) => D.last(figure)[0] >= newest - 3).sort((a, b) => b.points.length - a.points.length)[0];
  };
  D.readings = (entity, name) =>
    (D.owned.get(entity) || []).filter((figure) => figure.name === name && figure.points.length);
  /** The series that a reading of a target rests on. */
  D.figureOf = function (reading) {
    if (!reading.figure) return undefined;
    const [, entity, name] = /^([^/]+)\/(?:\d{4}\/)?([^|]+)/.exec(reading.figure) || [];
    const same = (D.owned.get(entity) || []).filter((figure) => figure.name === name && figure.scope === reading.scope);
    const fit = (figure) => {
      const point = figure.at.get(reading.year);
      return (figure.vintage === reading.vintage ? 4 : figure.vintage.includes(reading.vintage) ? 2 : 0)
        + (point ? 1 : 0) + (point && Math.abs(point[1] - reading.current) < 1e-9 ? 8 : 0);
    };
    return same.sort((a, b) => fit(b) - fit(a))[0] || D.figures.get(reading.figure);
  };
  /** The stored explanation of a value, under either way of writing its address. */
  D.told = async function (figure, year) {
    const all = await explanations();
    const [entity, ...rest] = figure.id.split("/");
    const told = all[`${figure.id}/${year}`] || all[`${entity}/${year}/${rest.join("/")}`];
    return told ? told[D.lang] || told.en : null;
  };
  let unpacked = null; // unpacked when first asked for
  function explanations() {
    if (!unpacked) {
      const bytes = Uint8Array.from(atob(document.getElementById("dafeng-explanations").textContent), (letter) => letter.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      unpacked = new Response(stream).text().then(JSON.parse);
    }
    return unpacked;
  }
  D.last = (figure) => figure.points[figure.points.length - 1];
  D.board = (entity) => data.boards[entity] || [];

  // ---- words -------------------------------------------------------------------------------------------------
  D.t = function (key, values) {
    const entry = words[key];
    const text = entry ? entry[D.lang] : key;
    return values ? text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all)) : text;
  };
  D.has = (key) => key in words;
  D.text = (value) => (value ? (typeof value === "string" ? value : value[D.lang] || value.en || "") : "");
  D.title = (name) => (data.names[name] ? D.text(data.names[name].title) || name : name);
  const YEARED = /^(announced|yearbook|monitoring)-(\d{4})$/;
  /** A scope, vintage or factor set in words. A vintage may be several, joined by commas and plus signs. */
  D.named_ = function (kind, id) {
    if (!id) return "";
    const given = data.names[`${kind}:${id}`];
    if (given) return D.text(given.title);
    const whole = `report.${kind}.${id}`;
    if (D.has(whole)) return D.t(whole);
    const years = new Map();
    const words_ = [];
    for (const token of new Set(id.split(/,\s*|\s*\+\s*/))) {
      const yeared = YEARED.exec(token);
      if (!yeared) words_.push(D.has(`report.${kind}.${token}`) ? D.t(`report.${kind}.${token}`) : token);
      else (years.get(yeared[1]) || years.set(yeared[1], []).get(yeared[1])).push(Number(yeared[2]));
    }
    for (const [family, list] of years) {
      list.sort();
      const unbroken = list.length > 2 && list[list.length - 1] - list[0] === list.length - 1;
      words_.push(D.t(`report.${kind}.${family}`, { year: unbroken ? `${list[0]}–${list[list.length - 1]}` : list.join("/") }));
    }
    return D.list(words_);
  };
  /** What the texts of the frame may put in: region and year of a self-assessment. */
  D.facts = () => (data.region ? { region: D.short(data.region), year: String(data.year) } : undefined);
  D.short = (id) => (D.entities.has(id) ? D.text(D.entities.get(id).short) || id : id);
  D.full = (id) => (D.entities.has(id) ? D.text(D.entities.get(id).name) || id : id);
  D.definition = (figure) =>
    [D.named_("scope", figure.scope), figure.base_year && D.t("report.base", { year: figure.base_year }),
      D.named_("vintage", figure.vintage), D.named_("factors", figure.factor_set)]
      .filter(Boolean).join(" · ");
  D.list = (parts) => parts.join(D.t("report.list_separator"));

  // ---- elements ----------------------------------------------------------------------------------------------
  const SVG = "http://www.w3.org/2000/svg";
  const PLAIN = new Set(["option", "title", "text", "optgroup"]);
  function add(node, child) {
    if (child === null || child === undefined || child === false) return;
    if (Array.isArray(child)) child.forEach((one) => add(node, one));
    else if (child instanceof Node) node.append(child);
    else if (PLAIN.has(node.localName)) node.append(String(child));
    else D.rich(String(child)).forEach((part) => node.append(part));
  }
  /** Text as nodes: the 2 of CO2 stands low. */
  D.rich = (text) =>
    text.split(/(CO[2₂])/).filter(Boolean).map((part) => {
      if (!/^CO[2₂]$/.test(part)) return document.createTextNode(part);
      const node = document.createElement("span");
      node.className = "co2";
      const low = document.createElement("sub");
      low.textContent = "2";
      node.append("CO", low);
      return node;
    });
  function make(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (key === "style") Object.assign(node.style, value);
      else if (key === "vars") for (const [name, one] of Object.entries(value)) node.style.setProperty(name, one);
      else node.setAttribute(key, value === true ? "" : value);
    }
    children.forEach((child) => add(node, child));
    return node;
  }
  D.h = (tag, attributes, ...children) => make(document.createElement(tag), attributes, children);
  D.s = (tag, attributes, ...children) => make(document.createElementNS(SVG, tag), attributes, children);
  D.fill = (node, ...children) => { node.replaceChildren(); children.forEach((child) => add(node, child)); return node; };
  D.icon = (name, cls) =>
    D.s("svg", { class: `icon ${cls || ""}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, D.s("use", { href: `#i-${name}` }));
  D.options = (pairs, chosen) =>
    pairs.map(([value, label]) => D.h("option", { value, selected: value === chosen }, label));
  D.select = (label, pairs, chosen, change, attributes) =>
    D.h("label", { class: "field" }, D.h("span", { class: "field-name" }, label),
      D.h("select", { ...attributes, onchange: (event) => change(event.target.value) }, D.options(pairs, chosen)));
  /** A row of buttons of which one is on. */
  D.segments = (label, pairs, chosen, change) =>
    D.h("div", { class: "segments", role: "group", "aria-label": label },
      pairs.map(([value, text]) =>
        D.h("button", { type: "button", "data-value": value, "aria-pressed": String(value === chosen),
          onclick: () => change(value) }, text)));
  D.missing = (key) => D.h("p", { class: "missing" }, D.t(key || "report.no_data_here"));

  // ---- numbers and units -------------------------------------------------------------------------------------
  const formats = new Map();
  function format(digits, grouping) {
    const key = `${D.lang}/${digits}/${grouping}`;
    if (!formats.has(key)) {
      formats.set(key, new Intl.NumberFormat(TAGS[D.lang],
        { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: grouping }));
    }
    return formats.get(key);
  }
  const good = (value) => typeof value === "number" && Number.isFinite(value);
  D.good = good;
  D.digits = function (value) {
    const size = Math.abs(value);
    if (size >= 1000) return 0;
    if (size >= 100) return size % 1 ? 1 : 0;
    if (size >= 1) return 2;
    return size ? 3 : 0;
  };
  D.number = function (value, digits, signed) {
    if (!good(value)) return "–";
    let places = Math.max(0, Math.min(8, digits === undefined ? D.digits(value) : digits));
    // A figure that is not nothing is never shown as nothing.
    while (value !== 0 && places < 6 && Math.abs(value) < 0.5 * 10 ** -places) places += 1;
    const text = format(places, true).format(Math.abs(value));
    return (value < 0 && /[1-9]/.test(text) ? "−" : signed && value > 0 ? "+" : "") + text;
  };
  /** How a unit is shown in the language in use: its sign, and what a number is multiplied by. */
  D.unit = function (id) {
    const entry = units[id];
    return entry ? entry[D.lang] : { sign: id || "", factor: 1, shift: 0 };
  };
  D.show = function (figure, together) {
    const top = Math.max(...[figure, ...(together || [])].flatMap((one) => one.points.map((point) => Math.abs(point[1]) * one.scale)));
    const plain = D.unit(figure.show_unit);
    const unit = together && plain.big && top >= plain.big.over * 10 ? plain.big : plain;
    return { sign: unit.sign, scale: figure.scale * unit.factor, digits: Math.max(0, figure.decimals + unit.shift) };
  };
  // Chinese and Japanese signs follow the number without a space.
  D.join = (text, sign) => (!sign ? text : /^[%\u3000-\u9fff]/.test(sign) ? text + sign : `${text}\u00a0${sign}`);
  /** One value with its unit; a great one in the great unit of the language, where it has one (万千瓦, 亿千瓦). */
  D.shown = function (figure, value, signed) {
    const how = D.show(figure);
    const big = great(figure.show_unit, value * figure.scale);
    if (big) return D.join(D.number(value * figure.scale * big.factor, Math.max(0, figure.decimals + big.shift), signed), big.sign);
    return D.join(D.number(value * how.scale, how.digits, signed), how.sign);
  };
  function great(id, value) {
    const big = (D.unit(id) || {}).big;
    return big && Math.abs(value) >= big.over ? big : null;
  }
  /** A number in a unit that belongs to no figure: a target, a distance. */
  D.amount = function (value, id, { signed = false, digits, points = false } = {}) {
    if (!good(value)) return "–";
    if (id === "year") return String(Math.round(value));
    const unit = great(id, value) || D.unit(id);
    const number = value * unit.factor;
    const trimmed = digits === undefined ? trim(number) : Math.max(0, digits + unit.shift);
    if (id === "%" && points) return D.join(D.number(number, trimmed, signed), D.t("report.points"));
    return D.join(D.number(number, trimmed, signed), unit.sign);
  };
  function trim(number) {
    for (let digits = 0; digits < 3; digits += 1) {
      if (Math.abs(number * 10 ** digits - Math.round(number * 10 ** digits)) < 1e-9) return digits;
    }
    return D.digits(number);
  }

  // ---- marks and figures -------------------------------------------------------------------------------------
  const MARKED = new Set(["recalled", "estimated", "user"]);
  D.marked = (quality) => MARKED.has(quality);
  D.mark = (quality) =>
    MARKED.has(quality)
      ? D.h("span", { class: `mark mark-${quality}`, title: D.t(`quality.${quality}`) },
          D.t(`report.mark.${quality}`), D.h("span", { class: "unseen" }, ` (${D.t(`quality.${quality}`)})`))
      : null;
  /** A value that explains itself when pressed. */
  D.value = function (figure, year, text, attributes) {
    const point = figure && figure.at.get(year);
    if (!point) return D.h("span", { class: "none" }, text || "–");
    return D.h("button", { type: "button", class: "fig", "data-figure": figure.key, "data-year": year,
      title: D.t("report.explain.hint"), ...attributes }, text || D.shown(figure, point[1]), D.mark(point[2]));
  };
  D.tile = (title, big, sub) =>
    D.h("article", { class: "card summary-card" }, D.h("h3", {}, title), D.h("div", { class: "tile-big" }, big), D.h("div", { class: "tile-sub" }, D.h("span", { class: "muted" }, sub)));
  /** Where the peak of a plan lies: its periods stand apart by years. */
  D.peakText = function (peak) {
    if (peak.rising) return D.t("economy.tile.rising");
    const between = peak.after === null ? D.t("economy.tile.first") : D.t("economy.tile.between", { after: peak.after, before: peak.before });
    return peak.measured ? `${D.t("economy.tile.measured")}${D.lang === "en" ? "; " : D.lang === "ja" ? "、" : "；"}${between}` : between;
  };
  /** State -> number of targets, as a tile: those met of those that can be judged. */
  D.statesTile = function (title, states) {
    const judged = ["met", "on_track", "at_risk", "missed"].reduce((sum, state) => sum + (states[state] || 0), 0);
    const rest = ["on_track", "at_risk", "missed", "not_due", "no_data"].filter((state) => states[state]).map((state) => `${D.t(`state.${state}`)} ${states[state]}`);
    return D.tile(title, `${states.met || 0} / ${judged}`, D.list(rest));
  };
  D.pill = (state, small) =>
    D.h("span", { class: `pill state-${state} ${small ? "small" : ""}` }, D.icon(state), D.h("span", {}, D.t(`state.${state}`)));
  D.sparkline = function (figure, width, height) {
    const points = figure.points.filter((point) => good(point[1]));
    if (points.length < 2) return null;
    const values = points.map((point) => point[1]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const [first, last] = [points[0][0], points[points.length - 1][0]];
    const x = (year) => 2 + ((year - first) / (last - first || 1)) * (width - 6);
    const y = (value) => height - 3 - ((value - low) / (high - low || 1)) * (height - 6);
    const path = points.map((point) => `${x(point[0]).toFixed(1)},${y(point[1]).toFixed(1)}`).join(" ");
    const end = points[points.length - 1];
    return D.s("svg", { class: "spark", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
      D.s("polyline", { points: path }), D.s("circle", { cx: x(end[0]), cy: y(end[1]), r: 2.4 }));
  };

  // ---- what the address remembers ----------------------------------------------------------------------------
  D.memory = () => new URLSearchParams(location.hash.slice(1));
  D.remember = function (key, value) {
    const memory = D.memory();
    if (value) memory.set(key, value); else memory.delete(key);
    try {
      history.replaceState(null, "", `#${memory}`);
    } catch {
      location.hash = String(memory);
    }
  };
  D.calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  D.goto = (node) => node.scrollIntoView({ behavior: D.calm() ? "auto" : "smooth", block: "start" });

  D.sections = []; // [render] in page order; each is called again when the language changes
  D.section = (id, render) => D.sections.push({ id, render });
  /** A section that there is nothing for is left out of the page. */
  D.leaveOut = function (id) {
    document.getElementById(id).remove();
    document.querySelector(`[data-jump="${id}"]`).remove();
    D.sections = D.sections.filter((section) => section.id !== id);
  };
})((window.Dafeng = window.Dafeng || {}));
