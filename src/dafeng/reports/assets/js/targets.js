// A target in words: its value with comparator and band, what is still to go, the pace that is needed.
(function (D) {
  "use strict";
  const { h, s } = D;

  D.STATES = ["met", "on_track", "at_risk", "missed", "not_due", "no_data", "not_measurable"];
  const said = (reading) => [reading.current, reading.required_rate, reading.trend_rate].some(D.good);
  D.said = said;
  /** The reading that the row's state comes from, if it has something to show. */
  D.lead = (row) => row.readings.find((reading) => reading.state === row.state && said(reading)) || row.readings.find(said) || null;
  const compared = (row, value) => {
    const key = `comparator.${row.comparator}`;
    return D.has(key) ? D.t(key, { value }) : value;
  };

  D.targetPhrase = function (row) {
    if (!D.good(row.value)) return D.t("comparator.qualitative");
    const falls = row.kind === "change" && row.value < 0;
    const phrase = compared(row, D.amount(falls ? -row.value : row.value, row.unit.replace(/\/year$/, "") || "1"));
    if (row.kind === "peak") return D.t("report.target.peak", { phrase });
    if (row.kind === "yearly_increment") return D.t("report.target.yearly", { phrase });
    if (row.kind === "growth") return D.t("report.target.growth", { phrase });
    if (row.kind === "change" && row.base_year) {
      return D.t(falls ? "report.target.cut" : "report.target.rise", { phrase, base: row.base_year });
    }
    if (row.kind === "increment" && row.base_year) return D.t("report.target.added", { phrase, base: row.base_year });
    return phrase;
  };
  D.targetDue = (row) => (row.due_year ? D.t("report.by_year", { year: row.due_year }) : D.t("report.no_due_year"));
  D.targetBand = function (row) {
    if (!row.band || row.band.length !== 2 || row.kind === "peak") return "";
    const ends = row.kind === "change" && row.value < 0 ? row.band.map((end) => -end) : row.band;
    const unit = row.unit.replace(/\/year$/, "");
    const [low, high] = [...ends].sort((a, b) => a - b);
    const sign = D.unit(unit).sign;
    const range = `${D.amount(low, unit).replace(sign, "").trim()}–${D.amount(high, unit)}`;
    return D.t("report.our_reading", { range });
  };

  /** A value of a reading in words; figures kept in a large unit are shown in their own. */
  D.readingAmount = function (reading, value, unit, options) {
    const figure = D.figureOf(reading);
    if (figure && unit === figure.unit && figure.unit !== figure.show_unit) {
      return D.amount(value * figure.scale, figure.show_unit, { digits: figure.decimals, ...options });
    }
    const digits = figure && unit === figure.show_unit ? figure.decimals : unit === "%" ? 1 : undefined;
    return D.amount(value, unit, { digits, ...options });
  };
  D.readingValue = function (reading) {
    if (!D.good(reading.current)) return h("span", { class: "none" }, D.t("report.no_value"));
    const text = D.readingAmount(reading, reading.current, reading.unit);
    const figure = D.figureOf(reading);
    const year = reading.year;
    if (!figure || !figure.at.has(year)) return h("span", {}, text, D.mark(reading.quality));
    return h("button", { type: "button", class: "fig", "data-figure": figure.key, "data-year": year,
      title: D.t("report.explain.hint") }, text, D.mark(reading.quality));
  };

  /** What is left to go (a distance above zero: not there yet), said in words that fit the comparator. */
  D.distance = function (row, reading) {
    if (!D.good(reading.distance)) return "–";
    const text = D.readingAmount(reading, Math.abs(reading.distance), reading.unit, { points: true });
    if (Math.abs(reading.distance) < 1e-12) return D.t("report.reached");
    if (row.comparator === "at_most") return D.t(reading.distance > 0 ? "report.over_by" : "report.headroom", { value: text });
    return D.t(reading.distance > 0 ? "report.short_by" : "report.ahead_by", { value: text });
  };

  D.readingName = function (reading) {
    const peak = /^peak<=(\d{4})$/.exec(reading.reading || "");
    return peak ? D.t("report.reading.peak_by", { year: peak[1] }) : reading.reading || "";
  };
  D.readingDefinition = (reading) =>
    [D.named_("scope", reading.scope), D.named_("vintage", reading.vintage), (D.figureOf(reading) || {}).kind === "announced" && D.t("report.board.announced")]
      .filter(Boolean).join(" · ");

  /** A yearly rate. The rate of a share is in percentage points; that of a change since a base year is a compound per cent. */
  D.rate = function (row, reading, value) {
    if (!D.good(value)) return "–";
    const unit = (reading.rate_unit || reading.unit || "").replace(/\/year$/, "");
    const figure = D.figureOf(reading);
    const digits = unit === "%" ? 2 : figure && unit === figure.show_unit ? figure.decimals : undefined;
    const points = ["level", "coverage", "increment", "yearly_increment"].includes(row.kind);
    return D.t("report.per_year", { value: D.readingAmount(reading, value, unit, { signed: true, points, digits }) });
  };

  /** The bullet: a bar for the trend, a stroke for the pace that is needed, both from one zero line. */
  D.pace = function (row, reading) {
    const [need, trend] = [reading.required_rate, reading.trend_rate];
    if (!D.good(need) && !D.good(trend)) return h("span", { class: "none" }, "–");
    const [width, height, inset] = [132, 18, 6];
    const values = [0, D.good(need) ? need : 0, D.good(trend) ? trend : 0];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const x = (value) => inset + ((value - low) / (high - low || 1)) * (width - 2 * inset);
    const parts = [s("line", { class: "zero", x1: x(0), x2: x(0), y1: 1, y2: height - 1 })];
    if (D.good(trend)) {
      parts.push(s("rect", { class: `trend state-${reading.state}`, x: Math.min(x(0), x(trend)), y: 5,
        width: Math.max(1, Math.abs(x(trend) - x(0))), height: height - 10 }));
    }
    if (D.good(need)) {
      parts.push(s("line", { class: "need", x1: x(need), x2: x(need), y1: 1, y2: height - 1 }));
      parts.push(s("path", { class: "need-head", d: `M${x(need) - 3.5} 0h7l-3.5 4.5z` }));
    }
    const label = (key, value) => D.good(value)
      && h("span", { class: `pace-text ${key}` }, h("span", { class: "pace-key" }, D.t(`report.pace.${key}`)), " ", D.rate(row, reading, value));
    return h("div", { class: "pace" },
      s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, parts),
      h("div", { class: "pace-words" }, label("need", need), label("trend", trend)));
  };
})(window.Dafeng);
