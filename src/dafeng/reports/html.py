"""The report as one page: a single file that needs no network, no server and no installed program but a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from dafeng.catalog import LANGUAGES, language, word
from dafeng.reports.wording import page_words, unit_table, units_of

STYLES = ("theme", "page", "board", "charts", "print")
SCRIPTS = ("core", "explain", "targets", "board", "chartkit", "charts", "overview", "map", "province", "tables", "page")
LANGUAGE_TAGS = {"zh": "zh-CN", "ja": "ja", "en": "en"}
LANGUAGE_NAMES = {"zh": "中文", "ja": "日本語", "en": "English"}
SECTIONS = ("overview", "board", "charts", "map", "scopes", "sources", "legend")
PAGE_PARTS = ("schema", "made", "overlay", "entities", "figures", "names", "sources", "boards")


@cache
def asset(name: str) -> str:
    """A file of the assets folder as text."""
    return (files("dafeng.reports") / "assets" / name).read_text(encoding="utf-8")


def page_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a run that the page shows at once. Ledger lines stay out: the explanations carry what is needed."""
    return {**{part: data[part] for part in PAGE_PARTS}, "outlines": data.get("outlines")}


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
    """The page as text. It opens in the run's language (`data["language"]`), else in the language in use.

    The page may run only the scripts whose digests stand in its own content policy, and may load nothing.
    """
    lang = str(data.get("language") or language())
    scripts = [asset("echarts.min.js"), "\n".join(asset(f"js/{name}.js") for name in SCRIPTS)]
    environment = Environment(
        loader=FunctionLoader(asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html.j2").render(
        lang=lang,
        tag=LANGUAGE_TAGS[lang],
        tags=LANGUAGE_TAGS,
        languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        sections=SECTIONS,
        t=lambda key: word(key, lang),
        policy=" ".join(f"'sha256-{_digest(script)}'" for script in scripts),
        styles=Markup("\n".join(asset(f"css/{name}.css") for name in STYLES)),
        scripts=[Markup(script) for script in scripts],
        data=inline_json(page_data(data)),
        explanations=packed(data["explanations"]),
        words=inline_json(page_words()),
        units=inline_json(unit_table(units_of(data))),
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def write_html(data: Mapping[str, Any], path: Path) -> None:
    """Write the report of a run as one self-contained page.

    Args:
        data: the run (schema dafeng.run/1).
        path: where to; a file that is there is replaced only when the new one is complete.
    """
    text = render_html(data)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
