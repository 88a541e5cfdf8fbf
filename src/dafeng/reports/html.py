"""The reports as pages: single files that need no network, no server and no installed program but a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from dafeng.catalog import LANGUAGES, language, word
from dafeng.ledger import write_whole
from dafeng.reports.wording import ASSESS_WORDS, PAGE_WORDS, page_words, unit_table, units_of

LANGUAGE_TAGS = {"zh": "zh-CN", "ja": "ja", "en": "en"}
LANGUAGE_NAMES = {"zh": "中文", "ja": "日本語", "en": "English"}


@dataclass(frozen=True)
class Page:
    """What a page is made of.

    Attributes:
        template: in the assets. words_of: where the words of its frame begin. words: beginnings of all its words.
        parts: what the page shows at once of its data; the explanations are packed.
    """

    template: str
    words_of: str
    words: tuple[str, ...]
    styles: Sequence[str]
    scripts: Sequence[str]
    sections: Sequence[str]
    parts: Sequence[str]
    optional: Sequence[str] = field(default=())


SHOWN = ("schema", "made", "overlay", "entities", "figures", "names", "sources", "boards")
RUN = Page(
    "report.html.j2",
    "report",
    (*PAGE_WORDS, "economy.tile."),
    ("theme", "page", "board", "charts", "print"),
    (
        *("core", "explain", "targets", "board", "chartkit", "charts", "overview", "plan-card"),
        *("map", "province", "tables", "page"),
    ),
    ("overview", "plan", "board", "charts", "map", "scopes", "sources", "legend"),
    SHOWN,
    ("outlines", "quick", "no_quick"),
)
ASSESS = Page(
    "assess.html.j2",
    "assess",
    (*PAGE_WORDS, *ASSESS_WORDS),
    ("theme", "page", "board", "charts", "assess", "print"),
    (
        *("core", "explain", "targets", "board", "chartkit", "tables"),
        *("assess-parts", "assess-causes", "assess-peak", "assess-rating", "assess-outlook", "assess", "page"),
    ),
    ("overview", "board", "causes", "peak", "rating", "outlook", "categories", "gaps", "notes", "sources", "legend"),
    (*SHOWN, "region", "year", "summary", "causes", "peak", "rating", "outlook", "categories", "gaps", "notes"),
)
PLAN = Page(
    "plan.html.j2",
    "plan",
    (*PAGE_WORDS, "plan.", "pathway.range"),
    ("theme", "page", "board", "charts", "assess", "plan", "print"),
    (
        *("core", "explain", "chartkit", "assess-parts"),
        *("plan-parts", "plan-years", "plan-hours", "plan-flows", "plan-proof", "plan", "page"),
    ),
    (
        *("overview", "capacity", "generation", "dispatch", "duration", "prices", "flows", "storage"),
        *("limits", "certificate", "assumptions", "sources"),
    ),
    (
        *("schema", "made", "overlay", "entities", "figures", "names", "sources", "boards", "region", "year"),
        *("name", "case", "verdict", "years", "regions", "technologies", "units", "tables", "flows", "stages"),
        *("limits", "areas", "spans", "dispatch", "duration", "assumptions"),
    ),
)
ECONOMY = Page(
    "economy.html.j2",
    "economy",
    (*PAGE_WORDS, "plan.", "economy.", "pathway.range"),
    ("theme", "page", "board", "charts", "assess", "plan", "economy", "print"),
    (
        *("core", "explain", "targets", "board", "chartkit", "assess-parts", "plan-parts"),
        *("economy-words", "economy-parts", "economy-peak", "economy-energy", "economy-steps", "economy-wedges"),
        *("economy-beside", "economy-alternatives", "economy-published", "economy-proof", "economy-sources"),
        *("economy", "page"),
    ),
    (
        *("overview", "emissions", "energy", "services", "power", "money", "board", "timetable", "roadmap", "projects"),
        *("wedges", "alternatives", "comparison", "published", "closure", "proof", "scenario", "sources"),
    ),
    (
        *("schema", "made", "overlay", "entities", "figures", "names", "sources", "boards", "region", "year"),
        *("name", "scenario", "case", "frame", "verdict", "years", "spans", "base_year", "regions"),
        *(
            "technologies",
            "items",
            "sectors",
            "services",
            "units",
            "tables",
            "base",
            "summary",
            "history",
            "peak",
            "forest",
        ),
        *("prices", "limits", "targets", "targets_note", "timetable", "roadmap", "projects", "closure", "stages"),
        *("wedges", "curve", "comparison", "published", "published_own", "quantities"),
    ),
    ("alternatives",),
)
QUICK = Page(
    "economy.html.j2",
    "quick",
    (*PAGE_WORDS, "plan.", "economy.", "quick."),
    ("theme", "page", "board", "charts", "assess", "plan", "economy", "print"),
    (
        *("core", "explain", "targets", "board", "chartkit", "assess-parts", "plan-parts"),
        *("economy-words", "economy-peak", "economy-wedges", "economy-published", "economy-sources", "quick", "page"),
    ),
    ("overview", "emissions", "energy", "wedges", "board", "published", "sources"),
    (
        *("schema", "made", "overlay", "entities", "figures", "names", "sources", "boards", "region", "year"),
        *("scenario", "case", "years", "regions", "technologies", "history", "summary", "tables", "units"),
        *("peak", "forest", "wedges", "states", "published", "published_own"),
    ),
)
PAGES = {
    "dafeng.run/1": RUN,
    "dafeng.assess/1": ASSESS,
    "dafeng.plan/1": PLAN,
    "dafeng.economy/1": ECONOMY,
    "dafeng.quick/1": QUICK,
}


@cache
def asset(name: str) -> str:
    """A file of the assets folder as text."""
    return (files("dafeng.reports") / "assets" / name).read_text(encoding="utf-8")


def page_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a report that the page shows at once. Ledger lines stay out: the explanations have what is needed."""
    page = PAGES[data["schema"]]
    return {**{part: data[part] for part in page.parts}, **{part: data.get(part) for part in page.optional}}


def inline_json(value: object) -> Markup:
    """JSON that can stand inside a <script> element: no text in it can end the element or break a line.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for mark, escape in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(mark, escape)
    return Markup(text)


def packed(value: object) -> str:
    """JSON packed (zlib, base64): the explanations are long and alike, and are read only when somebody asks."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def render_html(data: Mapping[str, Any]) -> str:
    """The page as text. It opens in the report's language (`data["language"]`), else in the language in use.

    The page may run only the scripts whose digests stand in its own content policy, and may load nothing.
    """
    page = PAGES[data["schema"]]
    lang = str(data.get("language") or language())
    scripts = [asset("echarts.min.js"), "\n".join(asset(f"js/{name}.js") for name in page.scripts)]
    facts = _facts(data, lang)
    environment = Environment(
        loader=FunctionLoader(asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(page.template).render(
        lang=lang,
        tag=LANGUAGE_TAGS[lang],
        tags=LANGUAGE_TAGS,
        languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        sections=page.sections,
        words_of=page.words_of,
        t=lambda key: word(key, lang, **facts),
        policy=" ".join(f"'sha256-{_digest(script)}'" for script in scripts),
        styles=Markup("\n".join(asset(f"css/{name}.css") for name in page.styles)),
        scripts=[Markup(script) for script in scripts],
        data=inline_json(page_data(data)),
        explanations=packed(data["explanations"]),
        words=inline_json(page_words(page.words)),
        units=inline_json(unit_table(units_of(data))),
    )


def _facts(data: Mapping[str, Any], lang: str) -> dict[str, str]:
    """What the texts of the frame may put in; core.js does the same."""
    if "region" not in data:
        return {}
    names = {one["id"]: str(one["short"][lang]) for one in data["entities"]}
    return {"region": names[data["region"]], "year": str(data["year"])}


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def write_html(data: Mapping[str, Any], path: Path) -> None:
    """Write a report as one self-contained page.

    Args:
        data: a run (schema dafeng.run/1) or a self-assessment (dafeng.assess/1).
        path: where to; a file that is there is replaced only when the new one is complete.
    """
    write_whole(path, render_html(data).encode())
