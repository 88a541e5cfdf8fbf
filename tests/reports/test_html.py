"""The page: one file that loads nothing, says everything in three languages, and cannot be made to run what data say."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.reports.sample_run import HOSTILE, sample_run

from dafeng.catalog import LANGUAGES, all_words, use
from dafeng.reports import render_html, write_html
from dafeng.reports.html import PAGES, RUN, asset, inline_json, page_data
from dafeng.reports.wording import page_words, sign, target_phrase

REPORTS = Path(__file__).resolve().parents[2] / "src" / "dafeng" / "reports"
ASSETS = REPORTS / "assets"


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, and the text of script and style elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: list[tuple[str, dict[str, str | None], str]] = []
        self._open: tuple[str, dict[str, str | None]] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = (tag, dict(attrs)) if tag in ("script", "style") else None

    def handle_data(self, data: str) -> None:
        if self._open:
            self.blocks.append((*self._open, data))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._open = None

    def json(self, identifier: str) -> Any:
        return json.loads("".join(text for _, attributes, text in self.blocks if attributes.get("id") == identifier))


@pytest.fixture(scope="module")
def text() -> str:
    return render_html(sample_run())


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_nothing_is_loaded(page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("img", "iframe", "object", "embed", "base")
        assert "src" not in attributes
        if "href" in attributes:
            assert str(attributes["href"]).startswith(("#", "data:,"))
        assert not [name for name in attributes if name.startswith("on")], "no inline event handlers"
    for _, attributes, block in page.blocks:
        if attributes.get("type") is None:
            assert not re.search(r"@import|url\(\s*['\"]?https?:|\bfetch\(|XMLHttpRequest|WebSocket|import\(", block)


def test_policy_names_exactly_the_scripts(page: Page) -> None:
    policy = next(
        a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    scripts = [block for tag, attributes, block in page.blocks if tag == "script" and "type" not in attributes]
    digests = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    assert policy is not None
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == digests
    assert len(digests) == 2
    assert policy.startswith("default-src 'none';")


def test_three_languages_and_the_language_of_the_run(page: Page, text: str) -> None:
    words = page.json("dafeng-words")
    assert set(words) == set(page_words(RUN.words))
    assert all(set(entry) == set(LANGUAGES) for entry in words.values())
    assert [a["lang"] for _, a in page.tags if "data-lang-to" in a] == ["zh-CN", "ja", "en"]
    assert '<html lang="zh-CN" data-lang="zh">' in text
    run = {key: value for key, value in sample_run().items() if key != "language"}
    with use("ja"):
        assert '<html lang="ja" data-lang="ja">' in render_html(run)


def test_data_round_trip(page: Page, text: str) -> None:
    assert page.json("dafeng-data") == page_data(sample_run())
    packed = re.search(r'id="dafeng-explanations">([^<]*)<', text)
    assert packed
    assert json.loads(zlib.decompress(base64.b64decode(packed[1]))) == sample_run()["explanations"]


def test_hostile_text_stays_text(page: Page, text: str) -> None:
    assert HOSTILE not in text
    assert "<img" not in text
    assert page.json("dafeng-data")["sources"]["src-a"]["title"] == HOSTILE
    assert inline_json("\u2028\u2029</script>") == '"\\u2028\\u2029\\u003c/script\\u003e"'


def test_no_number_that_is_none(tmp_path: Path) -> None:
    run = sample_run()
    run["figures"][0]["points"][0][1] = float("nan")
    path = tmp_path / "report.html"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(ValueError, match="JSON"):
        write_html(run, path)
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_same_run_same_page(text: str) -> None:
    assert render_html(sample_run()) == text


def test_every_text_that_is_used_exists_and_every_text_is_used() -> None:
    sources = [asset(f"js/{name}.js") for name in RUN.scripts] + [
        asset(f"{name}.html.j2") for name in ("base", "heads", "report")
    ]
    sources += [path.read_text(encoding="utf-8") for path in REPORTS.rglob("*.py")]
    joined = "\n".join(sources)
    known = {key for key in all_words() if key.startswith(("report.", "state.", "quality.", "comparator."))}
    quoted = set(re.findall(r"""["'`]((?:report|state|quality|comparator)\.[\w.-]*\w)["'`]""", joined))
    quoted -= {"report.html.j2", "report.xl.sheet"}  # a file, and the beginning of the names of sheets
    assert quoted <= known, sorted(quoted - known)
    # Keys put together from parts: `report.board.${name}`, f"report.action.{...}", "report." ~ id ~ ".head".
    stems = set(re.findall(r"""["'`]((?:report|state|quality|comparator)\.(?:[\w-]+\.)*)(?:\$?\{|["'`])""", joined)) - {
        "report.",
        "quality.",
        "state.",
        "comparator.",
    }
    built = (
        "report.scope.",
        "report.vintage.",
        "report.factors.",
        "report.unit.",
        "quality.",
        "state.",
        "comparator.",
        "report.xl.",
    )
    heads = {"report.title", "report.what", *(f"report.nav.{name}" for name in RUN.sections)} | {
        f"report.{name}.{part}"
        for name in ("overview", "plan", "board", "charts", "power", "map", "scopes", "sources", "legend")
        for part in ("head", "lead")
    }
    unused = {key for key in known - quoted - heads if not key.startswith((*stems, *built))}
    assert not unused, sorted(unused)


def test_files_are_small_and_all_are_used() -> None:
    assert {path.stem for path in (ASSETS / "js").iterdir()} == {
        name for page in PAGES.values() for name in page.scripts
    }
    assert {path.stem for path in (ASSETS / "css").iterdir()} == {
        name for page in PAGES.values() for name in page.styles
    }
    for path in [*(ASSETS / "js").iterdir(), *(ASSETS / "css").iterdir()]:
        assert len(path.read_text(encoding="utf-8").splitlines()) < 400, path.name


def test_the_chart_library_is_the_one_described() -> None:
    built = (ASSETS / "echarts.min.js").read_bytes()
    readme = (ASSETS / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(built).hexdigest() in readme
    assert f"{len(built)} bytes" in readme
    assert b"Apache-2.0" in built[:300]


@pytest.mark.parametrize(
    ("unit", "zh", "ja", "en"),
    [
        ("t_CO2/1e4CNY", "吨CO₂/万元", "t-CO₂/万元", "t CO₂/10,000 CNY"),
        ("1e8tce", "亿吨标准煤", "億t標準炭", "10⁸ tce"),
        ("1", "", "", ""),
        ("furlong", "furlong", "furlong", "furlong"),
    ],
)
def test_units_have_signs(unit: str, zh: str, ja: str, en: str) -> None:
    assert (sign(unit, "zh"), sign(unit, "ja"), sign(unit, "en")) == (zh, ja, en)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"value": -65.0, "unit": "%", "comparator": "at_least", "kind": "change", "base_year": 2005},
            "cut of at least 65% from 2005",
        ),
        ({"value": 25.0, "unit": "%", "comparator": "about", "kind": "level"}, "about 25%"),
        ({"value": 2030.0, "unit": "year", "comparator": "before", "kind": "peak"}, "peak before 2030"),
        (
            {"value": 40.0, "unit": "GW", "comparator": "about", "kind": "increment", "base_year": 2020},
            "about 40 GW added since 2020",
        ),
        ({"value": None, "unit": "", "comparator": "qualitative", "kind": "trend"}, "no figure given"),
    ],
)
def test_targets_in_words(given: dict[str, Any], said: str) -> None:
    assert target_phrase({"base_year": None, **given}, "en") == said
