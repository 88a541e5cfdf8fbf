"""The yearly self-assessment: what it says adds up, nothing after the year is used, and what is missing is named."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import dafeng
from dafeng.assessment import ready_identities
from dafeng.catalog import LANGUAGES, all_words
from dafeng.reports import assess_data, read_evidence, render_html, write_pack
from dafeng.reports.html import ASSESS

SOURCE = Path(dafeng.__file__).parent
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "assess.schema.json"
YEARS = {"CN-HE": 2021, "CN-BJ": 2022, "CN-XZ": 2022, "CN": 2024}


@pytest.fixture(scope="module")
def packs(workspace: dafeng.Workspace) -> dict[str, dict[str, Any]]:
    return {region: assess_data(workspace, region, year, "test") for region, year in YEARS.items()}


@pytest.fixture(scope="module")
def hebei(packs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return packs["CN-HE"]


def texts(value: object) -> Iterator[dict[str, str]]:
    """Every text in three languages, wherever it stands."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES) and all(isinstance(text, str) for text in value.values()):
            yield value
        else:
            for one in value.values():
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


@pytest.mark.parametrize("region", YEARS)
def test_schema(packs: dict[str, dict[str, Any]], region: str) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    faults = list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(json.dumps(packs[region]))))
    assert not faults, f"{list(faults[0].absolute_path)}: {faults[0].message[:300]}"


@pytest.mark.parametrize("region", YEARS)
def test_no_number_is_none_and_every_text_is_said(packs: dict[str, dict[str, Any]], region: str) -> None:
    json.dumps(packs[region], allow_nan=False)
    sections = ("summary", "causes", "peak", "rating", "outlook", "categories", "gaps", "notes")
    found = [text for section in sections for text in texts(packs[region][section])]
    assert len(found) > 100
    for text in found:
        for tag in LANGUAGES:
            assert text[tag].strip(), text
            assert not [mark for mark in ("{", "None,", "None %", "=None", "(None", "nan ") if mark in text[tag]], text


def test_nothing_after_the_year(workspace: dafeng.Workspace) -> None:
    """Taking the later years out of the ledger's series changes nothing."""
    pack = assess_data(workspace, "CN-HE", 2015, "test")
    assert max(point[0] for figure in pack["figures"] for point in figure["points"]) == 2015
    assert all(
        reading["year"] <= 2015 for row in pack["boards"]["CN-HE"] for reading in row["readings"] if reading["year"]
    )
    assert {row["target"] for row in pack["boards"]["CN-HE"]} == {
        "he-ei-2010-2015",
        "he-ci-2010-2015",
        "he-nf-2025",
        "he-nf-2030",
    }
    assert all(int(key.split("/")[1]) <= 2015 for key in pack["explanations"])
    assert pack["peak"]["verdict"]["last"] == 2015
    later = assess_data(workspace, "CN-HE", 2022, "test")
    assert later["peak"]["verdict"]["last"] == 2022
    assert pack["peak"]["verdict"]["top"] < later["peak"]["verdict"]["top"]


@pytest.mark.parametrize("region", YEARS)
def test_effects_are_the_change(packs: dict[str, dict[str, Any]], region: str) -> None:
    identities = packs[region]["causes"]["identities"]
    assert identities
    for one in identities:
        totals = dict(one["totals"])
        for span in (*one["yearly"], *one["periods"], one["whole"], one["last"]):
            assert math.isclose(math.fsum(span["effects"]), span["change"], rel_tol=1e-9, abs_tol=1e-9 * span["after"])
            assert (span["before"], span["after"]) == (totals[span["start"]], totals[span["end"]])
        assert [span["start"] for span in one["periods"]] == [
            one["base_year"],
            *(s["end"] for s in one["periods"][:-1]),
        ]
        for factor in range(len(one["factors"])):
            summed = math.fsum(span["effects"][factor] for span in one["yearly"])
            assert math.isclose(summed, one["whole"]["effects"][factor], rel_tol=1e-9, abs_tol=1e-3)
            assert math.isclose(
                summed, math.fsum(span["effects"][factor] for span in one["periods"]), rel_tol=1e-9, abs_tol=1e-3
            )


def test_kaya_of_hebei_by_hand(hebei: dict[str, Any], workspace: dafeng.Workspace) -> None:
    """The population effect of 2021: L(C1, C0) ln(P1/P0) with the figures of the accounts."""
    one = next(one for one in hebei["causes"]["identities"] if one["id"] == "kaya")
    co2, people = (workspace.series["CN-HE", name] for name in ("co2_estimate", "population"))
    c0, c1, p0, p1 = (points[year].value for points in (co2, people) for year in (2020, 2021))
    by_hand = (c1 - c0) / math.log(c1 / c0) * math.log(p1 / p0)
    assert one["factors"][0]["id"] == "P"
    assert math.isclose(one["last"]["effects"][0], by_hand, rel_tol=1e-12)


def test_seams_are_named(hebei: dict[str, Any]) -> None:
    """The estimate of Hebei passes to the edition after the 4th census in 2018: also its highest year."""
    assert 2018 in hebei["causes"]["identities"][0]["seams"]
    verdict = hebei["peak"]["verdict"]
    assert (verdict["top"], verdict["top_at_seam"]) == (2018, True)
    assert any("edition" in sentence["en"] for sentence in hebei["summary"]["sentences"])


def test_sensitivity_has_factor_sets_and_the_newest_edition(packs: dict[str, dict[str, Any]]) -> None:
    names = [case["name"] for case in packs["CN-HE"]["peak"]["verdict"]["cases"]]
    assert names[:2] == ["+3 %", "-3 %"]
    assert "2018-2021" in names
    assert sum(name.startswith(("ndrc", "liu")) for name in names) == 2
    assert {case["name"] for case in packs["CN"]["peak"]["verdict"]["cases"]} >= {"topdown-netted", "topdown-eri"}


def test_uncertainty_of_the_total(packs: dict[str, dict[str, Any]]) -> None:
    """One line per fuel, errors of activities apart: the total is surer than its parts."""
    found = packs["CN-HE"]["categories"]
    halves = [one["half_pct"] for one in found["level"]]
    assert 0 < found["uncertainty"]["half_pct"] < max(halves)
    assert math.isclose(found["uncertainty"]["total"], found["figure"]["value"], rel_tol=1e-12)
    assert math.isclose(math.fsum(one["amount"] for one in found["level"]), found["figure"]["value"], rel_tol=1e-9)


def test_structure_adds_up(hebei: dict[str, Any], workspace: dafeng.Workspace) -> None:
    for one in hebei["causes"]["structure"]:
        for at, (year, _) in enumerate(one["parts"][0]["points"]):
            total = math.fsum(part["points"][at][1] for part in one["parts"])
            assert math.isclose(total, workspace.series["CN-HE", "co2_estimate"][year].value, rel_tol=1e-9)


def test_rating_without_evidence_is_open(hebei: dict[str, Any]) -> None:
    measures = hebei["rating"]["measures"]
    assert (measures["known"], measures["total"], measures["settled"]) == (0, 14, False)
    assert (measures["grade"], measures["at_best"]) == ("fail", "excellent")
    assert {one["id"] for one in hebei["gaps"] if one["kind"] == "indicator"} == set(measures["missing"])
    intensity = next(one for one in measures["indicators"] if one["id"] == "energy_intensity")
    assert math.isclose(intensity["pace"]["goal"], 100 * (0.85 ** (1 / 5) - 1), rel_tol=1e-12), "-15 % in five years"
    assert not hebei["rating"]["points"]["applies"]


def test_rating_with_evidence(workspace: dafeng.Workspace, tmp_path: Path) -> None:
    """All that is judged turns out well, but the energy intensity misses its goal: no more than a pass."""
    judged = ["industry", "two_high", "buildings", "transport", "public_institutions", "ets_sectors", "forest_stock"]
    control = ["carbon_total", "coal_total", "oil_total", "non_fossil_share", "clean_power_share"]
    path = tmp_path / "evidence.csv"
    lines = ["indicator,goal,met,source", *(f"{name},,yes,letter 1" for name in (*judged, *control))]
    path.write_text("\n".join([*lines, "carbon_intensity,-3.0,,plan", "energy_intensity,-9,,plan"]), encoding="utf-8")
    given = read_evidence(path)
    assert given.goals == {"carbon_intensity": -3.0, "energy_intensity": -9.0}
    measures = assess_data(workspace, "CN-HE", 2021, "test", given=given)["rating"]["measures"]
    states = {one["id"]: one["state"] for one in measures["indicators"]}
    assert (states["carbon_intensity"], states["energy_intensity"]) == ("met", "unmet")
    assert (measures["grade"], measures["settled"]) == ("pass", True)
    assert next(one for one in measures["indicators"] if one["id"] == "industry")["given"] == "letter 1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("indicator,goal\ncoal_total,3\n", "met"),
        ("indicator,goal,met\ncoal_totall,3,\n", "coal_total"),
        ("indicator,goal,met\ncoal_total,,\n", "row 2"),
        ("indicator,goal,met\ncoal_total,many,\n", "'many'"),
        ("indicator,goal,met\ncoal_total,nan,\n", "'nan'"),
        ("indicator,goal,met\ncoal_total,,perhaps\n", "'perhaps'"),
    ],
)
def test_evidence_is_refused_with_its_place(
    tmp_path: Path, text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAFENG_LANG", "en")
    path = tmp_path / "evidence.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(dafeng.DafengError) as refused:
        read_evidence(path)
    assert said in str(refused.value)


def test_the_100_points_in_their_years(workspace: dafeng.Workspace) -> None:
    """2019: the yearly completion is the fall of carbon intensity over an even pace to -20.5 % in five years."""
    points = assess_data(workspace, "CN-HE", 2019, "test")["rating"]["points"]
    assert (points["applies"], points["scheme"]) == (True, "13FYP")
    rate = next(item["evidence"] for item in points["items"] if item["id"] == "13fyp-annual")
    intensity = workspace.series["CN-HE", "carbon_intensity|fossil-incl-nonenergy-estimate"]
    cut = intensity[2019].value / intensity[2018].value - 1
    assert math.isclose(rate, cut / (0.795 ** (1 / 5) - 1), rel_tol=1e-12)
    cumulative = next(item for item in points["items"] if item["id"] == "13fyp-cumulative")
    assert cumulative["evidence"] is None, "2015 and 2019 are of different editions"
    assert "edition" in cumulative["note"]["en"]
    assert points["score"] == 20


def test_outlook_from_the_figures_of_the_year(packs: dict[str, dict[str, Any]]) -> None:
    rows = packs["CN"]["outlook"]
    assert len(rows) > 15
    for one in rows:
        assert one["due_year"] is None or one["due_year"] >= 2024
        assert dict(one["history"])[one["year"]] == pytest.approx(one["value"], rel=1e-9)
        for (year, *_), (after, *_) in pairwise(one["fan"]):
            assert after == year + 1
        assert all(low <= middle <= high for _, middle, low, high in one["fan"]), one["target"]
        if one["unit"] == "%" and one["kind"] == "level":
            assert all(low >= 0 and high <= 100 for _, _, low, high in one["fan"])


def test_a_province_with_little_data_says_what_is_missing(packs: dict[str, dict[str, Any]]) -> None:
    pack = packs["CN-XZ"]
    assert pack["peak"]["verdict"] is None
    assert {gap["id"] for gap in pack["gaps"]} >= {"co2", "energy_total", "kaya"}
    assert all(gap["how"]["en"] for gap in pack["gaps"])
    level = {one.id for one in ready_identities("province")}
    done = {one["id"] for one in pack["causes"]["identities"]} | {one["id"] for one in pack["causes"]["refused"]}
    assert done == level, "every identity is computed or its gap is named"


def test_every_figure_shown_can_be_explained(hebei: dict[str, Any]) -> None:
    told = hebei["explanations"]
    for one in hebei["summary"]["key"]:
        assert f"CN-HE/{one['year']}/{one['name']}" + (f"|{one['scope']}" if one["scope"] else "") in told
    for one in hebei["causes"]["identities"]:
        for factor in one["factors"]:
            lines = told[f"CN-HE/{one['last_year']}/effect.{one['id']}.{factor['id']}"]
            assert all(len(lines[tag]) >= 4 for tag in LANGUAGES)


def test_years_and_regions_are_checked(workspace: dafeng.Workspace) -> None:
    for region, year, said in (("CN-HE", 1990, "2024"), ("CN-HE", 2031, "1999-2024"), ("CN-GRID-N", 2020, "province")):
        with pytest.raises(dafeng.DafengError) as refused:
            assess_data(workspace, region, year, "test")
        assert said in refused.value.text("en")
    with pytest.raises(dafeng.UnknownName, match="CN-HE"):
        assess_data(workspace, "CN-HEB", 2020, "test")


def test_files_appear_whole(hebei: dict[str, Any], tmp_path: Path) -> None:
    steps: list[str] = []
    made = write_pack(hebei, tmp_path / "out", steps.append)
    assert steps == ["page", "workbook"]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    stem = "assess-CN-HE-2021"
    assert names == {f"{stem}.html", f"{stem}.json", *(f"{stem}-{tag}.xlsx" for tag in LANGUAGES)}
    assert json.loads(made.json.read_text(encoding="utf-8")) == json.loads(json.dumps(hebei))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_is_self_contained(hebei: dict[str, Any], lang: str) -> None:
    page = render_html({**hebei, "language": lang})
    assert "default-src 'none'" in page
    assert "src=" not in page.split("<body>")[1].split("<script")[0]
    title = {
        "zh": "河北2021年碳达峰自评",
        "ja": "河北の2021年カーボンピークアウト自己評価",
        "en": "Hebei: self-assessment of 2021",
    }
    assert f"<title>{title[lang]}</title>" in page
    assert "{region}" not in page.split("<script")[0]


def test_same_pack_same_page(hebei: dict[str, Any]) -> None:
    assert render_html(hebei) == render_html(json.loads(json.dumps(hebei)))


def test_every_text_of_the_assessment_exists_and_is_used() -> None:
    """Texts of words/assess.csv against what code and page name, whole or as the beginning of a key."""
    sources = [path.read_text(encoding="utf-8") for kind in ("*.py", "*.js", "*.j2") for path in SOURCE.rglob(kind)]
    joined = "\n".join(sources)
    known = {key for key in all_words() if key.startswith("assess.")}
    quoted = set(re.findall(r"""["'`](assess\.[\w.]*\w)["'`]""", joined)) - {"assess.html.j2", "assess.xl.sheet"}
    assert quoted <= known, sorted(quoted - known)
    stems = tuple(set(re.findall(r"""["'`](assess\.[\w.]+[._])(?:\$?\{|["'`])""", joined)))
    heads = {
        f"assess.{section}.{part}" for section in (*ASSESS.sections, "xl.sheet", "nav") for part in ("head", "lead")
    }
    frame = {"assess.title", "assess.what", *(f"assess.nav.{section}" for section in ASSESS.sections)}
    unused = {key for key in known - quoted - heads - frame if not key.startswith((*stems, "assess.xl.sheet."))}
    assert not unused, sorted(unused)
