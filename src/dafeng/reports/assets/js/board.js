// The status board: every target with what is asked, where we stand, how far it is, and whether the pace will do.
(function (D) {
  "use strict";
  const { h } = D;
  const memory = new Map(); // entity -> what is filtered and opened

  const stateOf = (entity) => {
    if (!memory.has(entity)) memory.set(entity, { layer: "", states: new Set(), action: "", query: "", open: new Set() });
    return memory.get(entity);
  };
  const rowKey = (row) => `${row.layer}/${row.target}`;

  function details(row) {
    const term = (name, value, lang) => value && [h("dt", {}, D.t(name)), h("dd", { lang }, value)];
    return h("div", { class: "details" },
      h("div", { class: "details-text" },
        h("p", {}, D.text(row.text)),
        h("dl", { class: "facts" },
          term("report.board.scope", D.text(row.scope)),
          term("report.board.hedge", row.hedge_zh, "zh-CN"),
          term("report.board.band", D.targetBand(row).replace(/^[^：:]*[：:]\s*/, "")),
          row.strive && term("report.board.strive", D.t("report.board.strive_text")),
          term("report.board.data_needed", D.text(row.data_needed)),
          term("report.board.note", D.text(row.note)))),
      row.readings.some(D.said) ? readings(row) : h("div", {}, row.readings.filter((reading) => reading.state !== "no_data" && D.text(reading.why)).map((reading) => h("p", {}, D.text(reading.why))),
        row.state === "no_data" ? h("p", { class: "missing" }, D.t("report.board.no_reading")) : null));
  }

  function readings(row) {
    const said = row.readings.filter(D.said);
    const head = ["definition", "current", "distance", "pace", "state"].map((name) =>
      h("th", { scope: "col" }, D.t(`report.board.${name}`)));
    return h("div", { class: "readings scroll" },
      h("p", { class: "readings-title" }, D.t("report.board.readings", { count: said.length }),
        said.length > 1 && h("span", { class: "muted" }, " ", D.t("report.board.readings_apart"))),
      h("table", { class: "data" }, h("thead", {}, h("tr", {}, head)),
        h("tbody", {}, said.map((reading) => h("tr", {},
          h("td", { "data-label": D.t("report.board.definition") },
            D.readingName(reading) && h("strong", {}, D.readingName(reading), h("br")), D.readingDefinition(reading) || "–",
            D.text(reading.why) && h("div", { class: "why" }, D.text(reading.why)),
            !D.text(reading.why) && reading.met_year && h("div", { class: "why" }, D.t("report.met_in", { year: reading.met_year }))),
          h("td", { "data-label": D.t("report.board.current") }, D.readingValue(reading), reading.year && h("div", { class: "muted" }, String(reading.year))),
          h("td", { "data-label": D.t("report.board.distance") }, D.distance(row, reading)),
          h("td", { "data-label": D.t("report.board.pace") }, D.pace(row, reading)),
          h("td", { "data-label": D.t("report.board.state") }, D.pill(reading.state, true)))))));
  }

  function mainCells(row) {
    const lead = D.lead(row);
    if (!lead && row.state !== "no_data" && row.readings.some((reading) => D.text(reading.why))) {
      return [h("td", { class: "cell-needs", colspan: 3 }, D.text(row.readings[0].why))];
    }
    if (!lead) {
      return [h("td", { class: "cell-needs", colspan: 3 }, h("span", { class: "needs-key" }, D.t("report.board.needs")), " ",
        D.text(row.data_needed) || D.t("report.no_data_here"))];
    }
    return [
      h("td", { class: "cell-current", "data-label": D.t("report.board.current") }, h("div", { class: "big" }, D.readingValue(lead)),
        h("div", { class: "muted" }, !lead.year ? "" : row.kind === "peak" ? D.t("report.highest_so_far", { year: lead.year }) : String(lead.year))),
      h("td", { class: `cell-distance ${D.good(lead.distance) ? "" : "void"}`, "data-label": D.t("report.board.distance") }, D.distance(row, lead),
        lead.met_year && row.state === "met" && h("div", { class: "muted" }, D.t("report.met_in", { year: lead.met_year }))),
      h("td", { class: `cell-pace ${D.good(lead.required_rate) || D.good(lead.trend_rate) ? "" : "void"}`, "data-label": D.t("report.board.pace") }, D.pace(row, lead)),
    ];
  }

  function pairOfRows(entity, row, columns) {
    const open = stateOf(entity).open;
    const key = rowKey(row);
    const id = `d-${entity}-${row.layer}-${row.target}`.replace(/[^\w-]/g, "_");
    const toggle = () => {
      const now = !open.has(key);
      if (now) open.add(key); else open.delete(key);
      button.setAttribute("aria-expanded", String(now));
      detail.hidden = !now;
      if (now && !detail.firstChild.firstChild) detail.firstChild.append(details(row));
    };
    const button = h("button", { type: "button", class: "plain expand", "aria-expanded": String(open.has(key)), "aria-controls": id,
      "aria-label": `${D.t("report.board.more")}: ${D.text(row.name)}`, onclick: toggle }, D.icon("chevron"));
    const detail = h("tr", { class: "detail", id, hidden: !open.has(key) }, h("td", { colspan: columns }));
    if (open.has(key)) detail.firstChild.append(details(row));
    const main = h("tr", { class: `row state-${row.state}`, "data-target": row.target, "data-layer": row.layer, "data-state": row.state,
      "data-action": row.action ?? 0,
      onclick: (event) => { if (!event.target.closest("button,a") && !String(getSelection())) toggle(); } },
      h("td", { class: "cell-name" },
        h("div", { class: "target-name" }, D.text(row.name)),
        h("div", { class: "muted target-where" }, h("span", { class: "clause" }, [row.clause].flat().join("; ") || D.t(`report.layer.${row.layer}`)), row.layer === "province" ? null : ` · ${row.target}`,
          row.layer === "overlay-2026" && h("span", { class: "tag" }, "2026"),
          row.strive && h("span", { class: "tag" }, D.t("report.board.strive")),
          row.disputed ? h("span", { class: "tag split-tag" }, D.t("report.board.disputed"))
            : row.readings.filter(D.said).length > 1 && h("span", { class: "tag plain-tag" }, D.t("report.board.n_readings", { count: row.readings.filter(D.said).length })))),
      h("td", { class: "cell-target", "data-label": D.t("report.board.target") }, h("div", { class: "big" }, D.targetPhrase(row)),
        h("div", { class: "muted" }, D.targetDue(row)), D.targetBand(row) && h("div", { class: "muted band" }, D.targetBand(row))),
      mainCells(row),
      h("td", { class: "cell-state", "data-label": D.t("report.board.state") }, D.pill(row.state)),
      h("td", { class: "cell-more" }, button));
    return [main, detail];
  }

  function kept(entity) {
    const f = stateOf(entity);
    const query = f.query.trim().toLowerCase();
    return D.board(entity).filter((row) => (!f.layer || row.layer === f.layer)
      && (!f.states.size || f.states.has(row.state)) && (f.action === "" || String(row.action ?? 0) === f.action)
      && (!query || [row.target, row.clause, D.text(row.name), D.text(row.text)].join(" ").toLowerCase().includes(query)));
  }

  function table(entity) {
    const rows = kept(entity);
    if (!rows.length) return D.missing("report.board.none_kept");
    const heads = ["name", "target", "current", "distance", "pace", "state"];
    const actions = [...new Set(rows.map((row) => row.action ?? 0))].sort((a, b) => a - b);
    return h("table", { class: "board-table" },
      h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col", class: `head-${name}` }, D.t(`report.board.${name}`))),
        h("th", { scope: "col" }, h("span", { class: "unseen" }, D.t("report.board.more"))))),
      actions.map((action) => h("tbody", {},
        actions.length > 1 || D.board(entity).some((row) => (row.action ?? 0) !== action)
          ? h("tr", { class: "group" }, h("th", { scope: "rowgroup", colspan: heads.length + 1 },
            action ? h("span", { class: "group-number" }, String(action)) : null, D.t(`report.action.${action}`),
            h("span", { class: "muted" }, ` ${rows.filter((row) => (row.action ?? 0) === action).length}`))) : null,
        rows.filter((row) => (row.action ?? 0) === action).map((row) => pairOfRows(entity, row, heads.length + 1)))));
  }

  function filters(entity, again) {
    const f = stateOf(entity);
    const all = D.board(entity);
    const layers = [...new Set(all.map((row) => row.layer))];
    const inLayer = all.filter((row) => !f.layer || row.layer === f.layer);
    const count = (state) => inLayer.filter((row) => row.state === state).length;
    const actions = [...new Set(all.map((row) => row.action ?? 0))].sort((a, b) => a - b);
    const states = D.STATES.filter((state) => all.some((row) => row.state === state));
    const flip = (state) => { if (f.states.has(state)) f.states.delete(state); else f.states.add(state); again(); };
    return h("div", { class: "board-filters" },
      h("div", { class: "state-bar", "aria-hidden": "true" }, D.STATES.filter(count).map((state) =>
        h("span", { class: `fill state-${state}`, style: { flexGrow: String(count(state)) }, title: D.t(`state.${state}`) }))),
      h("div", { class: "chips", role: "group", "aria-label": D.t("report.board.state") },
        h("button", { type: "button", class: "chip", "aria-pressed": String(!f.states.size), "data-state": "",
          onclick: () => { f.states.clear(); again(); } }, D.t("report.all"), h("b", {}, String(inLayer.length))),
        states.map((state) => h("button", { type: "button", class: `chip state-${state}`, "data-state": state,
          "aria-pressed": String(f.states.has(state)), onclick: () => flip(state) }, D.icon(state), D.t(`state.${state}`), h("b", {}, String(count(state)))))),
      h("div", { class: "controls" },
        layers.length > 1 && D.segments(D.t("report.board.layer"), [["", D.t("report.layer.both")],
          ...layers.map((layer) => [layer, D.t(`report.layer.${layer}`)])], f.layer, (value) => { f.layer = value; again(); }),
        actions.length > 1 && D.select(D.t("report.board.action"), [["", D.t("report.all")],
          ...actions.map((action) => [String(action), `${action ? `${action} ` : ""}${D.t(`report.action.${action}`)}`])], f.action,
          (value) => { f.action = value; again(); }, { class: "pick-action" }),
        all.length > 5 && h("label", { class: "field" }, h("span", { class: "field-name" }, D.t("report.search")),
          h("input", { type: "search", value: f.query, placeholder: D.t("report.board.search_hint"),
            oninput: (event) => { f.query = event.target.value; again(true); } }))));
  }

  D.boardView = function (place, entity) {
    if (!D.board(entity).length) return D.fill(place, D.missing("report.board.empty"));
    const top = h("div", {});
    const rest = h("div", { class: "board-rows", "aria-live": "polite" });
    const again = (keep) => {
      const at = document.activeElement && place.contains(document.activeElement) ? document.activeElement : null;
      const path = at && at.dataset && (at.dataset.state !== undefined ? `[data-state="${at.dataset.state}"].chip`
        : at.dataset.value !== undefined ? `[data-value="${at.dataset.value}"]` : at.localName === "select" ? "select" : null);
      if (!keep) D.fill(top, filters(entity, again));
      D.fill(rest, table(entity));
      if (path && !keep) { const node = top.querySelector(path); if (node) node.focus(); }
    };
    D.fill(place, top, rest);
    again();
  };

  /** Show one target of an entity's board: opened, unfiltered, in view. */
  D.showTarget = function (entity, row) {
    const f = stateOf(entity);
    Object.assign(f, { layer: "", action: "", query: "" });
    f.states.clear();
    f.open.add(rowKey(row));
    const place = document.getElementById("board-place");
    D.boardView(place, entity);
    const node = place.querySelector(`tr.row[data-target="${CSS.escape(row.target)}"][data-layer="${CSS.escape(row.layer)}"]`);
    if (node) { node.scrollIntoView({ behavior: D.calm() ? "auto" : "smooth", block: "center" }); node.querySelector(".expand").focus({ preventScroll: true }); }
  };

  D.section("board", () => D.boardView(document.getElementById("board-place"), D.subject));
})(window.Dafeng);
