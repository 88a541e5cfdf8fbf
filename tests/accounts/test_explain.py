"""Every number explains itself: formula, factors, ledger lines, file and cell; and the numbers multiply out."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import dafeng
from dafeng.accounts import Step, evaluate, explain
from dafeng.accounts.combustion import sectoral
from dafeng.accounts.explain import Lines, number
from dafeng.catalog import resource
from dafeng.ledger import Ledger, Observation
from making import ledger_of, line

LANGUAGES = ("zh", "ja", "en")


def steps_of(ledger: Ledger, lang: str) -> list[Step]:
    account = evaluate(ledger, [sectoral("ndrc-provincial-2011")], "book")
    (figure,) = account.figures()
    lines = Lines(ledger.run(ledger.observations()).to_pylist())
    return explain(figure, {"book": account}, {"book": lines}, lang)


def texts(steps: list[Step], kind: str) -> list[str]:
    return [step.text for step in steps if step.kind == kind]


def numbers(text: str) -> list[float]:
    return [float(n.replace(",", "")) for n in re.findall(r"-?\d[\d,]*\.?\d*(?:e[-+]\d+)?", text)]


@pytest.fixture
def coal(tmp_path: Path) -> Ledger:
    return ledger_of(
        tmp_path, line("final.industry", "raw_coal", 100, file="a.xlsx", sheet="2020", cell="C7", source="survey")
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_down_to_file_sheet_and_cell(coal: Ledger, lang: str) -> None:
    steps = steps_of(coal, lang)
    assert [step.kind for step in steps] == ["figure", "reading", "method", "cell", "factor", "line"]
    assert [step.depth for step in steps] == [0, 1, 1, 1, 2, 2]
    assert "a.xlsx 2020 C7" in steps[-1].text
    assert "survey" in steps[-1].text
    assert coal.run(coal.observations())["id"][0].as_py() in steps[-1].text


def test_the_three_languages_differ_in_words_and_agree_in_numbers(coal: Ledger) -> None:
    said = {lang: steps_of(coal, lang) for lang in LANGUAGES}
    assert len({tuple(step.text for step in steps) for steps in said.values()}) == 3
    assert (
        len(
            {tuple(tuple(numbers(t)) for t in texts(steps, "cell") + texts(steps, "factor")) for steps in said.values()}
        )
        == 1
    )


def test_the_numbers_multiply_out(coal: Ledger) -> None:
    """100 t x 1.9003 = 190.03; and 20.908 GJ/t x 26.37 t C/TJ x 0.94 x 44/12 is that factor, in kilograms."""
    steps = steps_of(coal, "en")
    activity, coefficient, amount = numbers(texts(steps, "cell")[0].split(":")[1])[:3]
    assert (activity, amount) == (100, pytest.approx(activity * coefficient, rel=2e-6))
    terms = [float(n) for n in re.findall(r"\w+ = ([\d.]+)", texts(steps, "factor")[0])]
    assert terms == [20.908, 26.37, 0.94]
    assert math.prod(terms) * 44 / 12 / 1000 == pytest.approx(coefficient, rel=2e-6)
    assert "44/12" in texts(steps, "factor")[0]


def test_factors_name_row_source_and_quality(coal: Ledger) -> None:
    text = texts(steps_of(coal, "en"), "factor")[0]
    for identifier in re.findall(r"factors/fuels\.csv#([\w.-]+)", text):
        row = resource("factors", "fuels").row(identifier)
        assert all(source in text for source in row["source"])
    assert text.count("factors/fuels.csv#") == 3


def test_a_factor_of_a_stretch_of_time_says_which(workspace: dafeng.Workspace) -> None:
    steps = workspace.explain("CN-HE/2022/co2_electricity_use", "en")
    assert "2022-01-01 - 2023-01-01" in texts(steps, "factor")[0]


def test_many_cells_are_summed_up(tmp_path: Path) -> None:
    """Forty are written out; the rest is counted, not dropped."""
    from dafeng.catalog import flows

    lines: list[Observation] = [line(flow, "raw_coal", 1) for flow in flows().leaves("final")]
    steps = steps_of(ledger_of(tmp_path, *lines), "en")
    shown = [numbers(t.split(":")[1])[2] for t in texts(steps, "cell")]
    (rest,) = texts(steps, "rest")
    assert len(shown) == 40
    assert numbers(rest)[0] == len(lines) - 40
    assert sum(shown) + numbers(rest)[1] == pytest.approx(numbers(steps[0].text)[1], rel=1e-5)


# --- figures of the embedded statistics ---------------------------------------

ADDRESSES = (
    "CN/2024/non_fossil_share",
    "CN/2024/carbon_intensity",
    "CN/2015/gdp_constant",
    "CN/2024/gdp_constant",
    "CN/2024/wind_solar_capacity",
    "CN/2024/announced.carbon_intensity_change|fossil-incl-nonenergy",
    "CN-HE/2020/co2_estimate",
    "CN-HE/2020/energy_intensity",
    "CN-YN/2022/co2_power_import",
    "CN-SD/2019/electrification",
    "CN/2020/co2_per_capita",
    "CN-SH/2021/population",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_kind_of_figure_reaches_a_cell_of_the_catalogue(workspace: dafeng.Workspace, address: str) -> None:
    steps = workspace.explain(address, "en")
    ends = texts(steps, "line")
    assert ends
    for text in ends:
        file, at = re.findall(r"(statistics/\w+\.csv) (\d+):value", text)[0]
        table = next(
            t
            for t in (
                resource("statistics", n)
                for n in ("national", "announcements", "provinces_energy", "provinces_economy", "provinces_power")
            )
            if t.file == file
        )
        assert int(at) in table.lines


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_formula_gives_its_result(workspace: dafeng.Workspace, address: str) -> None:
    """The formula with the numbers put in is evaluated as it is printed, units struck out."""
    for text in texts(workspace.explain(address, "en"), "formula"):
        if "=" in text:
            left, right = text.rsplit(" = ", 1)
            bare = re.sub(r"(-?\d[\d,]*\.?\d*(?:e[-+]\d+)?) [A-Za-z%][\w/]*", r"\1", left)
            found = eval(re.sub(r"(?<=\d),(?=\d)", "", bare))  # only digits and operators are left
            assert found == pytest.approx(numbers(right)[0], rel=1e-4), text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_explanation_shows_a_raw_id_where_there_is_a_name(workspace: dafeng.Workspace, lang: str) -> None:
    first = workspace.explain("CN-HE/2020/energy_intensity", lang)[0].text
    assert "energy_intensity" not in first
    assert {"zh": "河北", "ja": "河北", "en": "Hebei"}[lang] in first


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (1234567.0, "1,234,567"),
        (0.123456789, "0.123457"),
        (1234.5678, "1,234.57"),
        (1e12 + 0.5, "1,000,000,000,000"),
        (-3.4, "-3.4"),
    ],
)
def test_numbers_for_people(value: float, shown: str) -> None:
    assert number(value) == shown
