// The sources of the data.
(function (D) {
  "use strict";
  const P = D.plan;
  const { h } = D;
  const { data } = D;

  D.section("sources", () => {
    const address = (text) => (/^https?:\/\//i.test(text || "") ? h("a", { href: text, rel: "noopener noreferrer", target: "_blank" }, text) : text || "–");
    D.fill(P.place("sources"), D.card("", h("div", { class: "plan-long" }, D.sheet([D.t("report.sources.title"), D.t("report.sources.publisher"), D.t("report.sources.read"), D.t("report.sources.address")],
      Object.values(data.sources).map((one) => [one.title, one.publisher || "–", D.has(`report.read.${one.read}`) ? D.t(`report.read.${one.read}`) : one.read, address(one.address)])))));
  });
})(window.Dafeng);
