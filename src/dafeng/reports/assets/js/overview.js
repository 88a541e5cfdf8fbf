// The nation at a glance: a few figures, each with the targets that hang on it.
(function (D) {
  "use strict";
  const { h } = D;

  /** Of several figures that say the same, the one that goes on longest. */
  const newest = (...names) => names.map((name) => D.figure(D.nation, name)).filter(Boolean).sort((a, b) => D.last(b)[0] - D.last(a)[0])[0];
  const WANTED = [
    ["co2", () => D.co2Of(D.nation)],
    ["energy", () => D.figure(D.nation, "energy_total")],
    ["non_fossil", () => newest("announced.non_fossil_share", "non_fossil_share")],
    ["wind_solar", () => D.figure(D.nation, "wind_solar_capacity")],
    ["carbon_intensity", () => D.figure(D.nation, "carbon_intensity")],
  ];

  function hanging(figure) {
    const rows = D.board(D.nation).flatMap((row) => row.readings.filter((reading) => D.figureOf(reading) === figure).slice(0, 1).map((reading) => ({ row, reading })));
    const year = D.last(figure)[0];
    const next = rows.filter(({ row }) => row.due_year && row.due_year >= year && row.state !== "met").sort((a, b) => a.row.due_year - b.row.due_year);
    const met = rows.filter(({ row }) => row.state === "met");
    const years = new Set(); // one target for each year is enough here; the board has them all
    return [...next, ...met, ...rows.filter((one) => !next.includes(one) && !met.includes(one))]
      .filter(({ row }) => !years.has(row.due_year) && years.add(row.due_year)).slice(0, 2);
  }

  function change(figure) {
    const last = D.last(figure);
    const before = figure.at.get(last[0] - 1);
    if (!before || !before[1]) return null;
    const points = figure.show_unit === "%";
    const value = points ? last[1] - before[1] : (last[1] / before[1] - 1) * 100;
    const text = points ? `${D.join(D.number(value, 1, true), D.t("report.points"))}` : `${D.number(value, 1, true)}%`;
    return D.t("report.on_year", { value: text });
  }

  function pairSum() {
    const [wind, solar] = ["wind", "solar"].map((name) => D.figure(D.nation, `power_capacity.${name}`));
    if (!wind || !solar) return null;
    const year = [...wind.at.keys()].filter((one) => solar.at.has(one)).pop();
    if (!year) return null;
    return h("div", { class: "two-values" }, [wind, solar].map((figure) => h("div", {}, h("span", { class: "muted" }, D.title(figure.name)), " ", D.value(figure, year))),
      h("p", { class: "muted" }, String(year)));
  }

  function card([key, find]) {
    const figure = find();
    const body = !figure ? [key === "wind_solar" && pairSum() || D.missing()] : (() => {
      const last = D.last(figure);
      return [
        h("div", { class: "tile-big" }, D.value(figure, last[0])),
        h("div", { class: "tile-sub" }, h("span", { class: "muted" }, String(last[0]), change(figure) ? ` · ${change(figure)}` : ""), D.sparkline(figure, 84, 26)),
        hanging(figure).length > 0 && h("ul", { class: "tile-targets" }, hanging(figure).map(({ row }) => h("li", {},
          h("button", { type: "button", class: "plain", "data-goto": row.target, onclick: () => D.showTarget(D.nation, row) },
            h("span", { class: "tile-target" }, h("b", {}, row.due_year ? String(row.due_year) : "", " "), D.targetPhrase(row)),
            D.pill(row.state, true))))),
      ];
    })();
    return h("article", { class: "card summary-card", "data-key": key }, h("h3", {}, D.t(`report.summary.${key}`)), body);
  }

  function counts() {
    const rows = D.board(D.nation);
    const with_ = rows.filter((row) => row.readings.some(D.said)).length;
    return h("p", { class: "summary-line" }, D.t("report.summary.line", { count: rows.length, with: with_, without: rows.length - with_ }));
  }
  D.section("overview", () => D.fill(document.getElementById("summary-place"), h("div", { class: "summary" }, WANTED.map(card)), counts()));
})(window.Dafeng);
