"""A clash in words: names, numbers and units as people read them, in three languages."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.pathway.small import limit, maker

from dafeng.catalog import LANGUAGES, word
from dafeng.pathway.clash import Clash, Conflict, Give, clash
from dafeng.pathway.elastic_members import DEMAND, LIMIT, Member
from dafeng.pathway.model import build
from dafeng.pathway.power.technologies import GROUPS
from dafeng.pathway.system import Limit, Reading
from dafeng.reports.plan import clash_data, clash_rows, clash_sentences, limit_texts
from dafeng.reports.plan.clash import taken_apart, title, unit_of
from dafeng.reports.plan.names import subject
from dafeng.targets import plan_targets


def found(*limits: Limit) -> Clash:
    """The clash of limits on one plant of up to 5,000 GW."""
    m = maker()
    node = m.node("CN electricity", 1.0)
    stock = m.stock("CN onwind", build_cost=[1.0], alive=[[True]], build_upper=5e3)
    m.process("CN onwind", [(node, 1.0)], stock=stock)
    m.limits.extend(limits)
    return clash(build(m.system()))


def capacity(name: str, **bounds: float) -> Limit:
    return limit(name, ("capacity", [0], [1.0]), **bounds)


def member(name: str, kind: str = LIMIT, unit: str = "", period: str = "2030") -> Member:
    return Member(kind, name, period, 1.0, np.inf, 1.0, unit)


def test_a_policy_against_a_target() -> None:
    """The target is called by its own title, the ceiling by its words; numbers, units and the way out are told."""
    one = found(
        capacity("target T08 2030", lower=1200.0, unit="GW"),
        capacity("onwind ceiling 2030", upper=1000.0, unit="GW"),
    )
    head, _, together, *alone, _, soft, way = clash_sentences(one, "en")
    assert head == "Nothing keeps all the limits at once."
    (name,) = (target.name["en"] for target in plan_targets(overlay=True) if target.id == "T08")
    assert together == (
        f"The target “{name}” (T08: at least 1,200 GW) and the capacity ceiling for onshore wind in "
        "2030 (at most 1,000 GW) cannot both be kept."
    )
    assert [line.strip() for line in alone] == [
        f"By itself, the target “{name}” (T08: at least 1,200 GW) would have to fall by 200 GW (16.67 %), to 1,000 GW.",
        "By itself, the capacity ceiling for onshore wind in 2030 would have to rise by 200 GW (20 %), to 1,200 GW.",
    ]
    assert "16.67 %" in soft
    assert way.strip() == f"target “{name}” (T08: at least 1,200 GW): down by 200 GW (16.67 %), to 1,000 GW"


def test_a_value_of_the_scenario_is_said_once() -> None:
    """4,500 GW in place of the 1,200 of the record: once, and whose it is."""
    one = replace(member("target T08 2030", unit="GW"), lower=4500.0, reading=Reading(4500.0, "GW"))
    assert "(T08, set by the scenario: at least 4,500 GW)" in title(one, "en")
    assert "（T08，情景设定：4,500 吉瓦以上）" in title(one, "zh")
    limits = capacity("target T08 2030", lower=4500.0, unit="GW"), capacity("onwind ceiling 2030", upper=1000.0)
    together = clash_sentences(found(replace(limits[0], reading=Reading(4500.0, "GW")), limits[1]), "ja")[2]
    assert together.count("4,500") == 1
    assert "1,200" not in together
    assert "シナリオの設定" in together


def test_a_target_of_a_province_in_its_own_words() -> None:
    """45 % of 2,000 Mtce asked for, 80 short: 41 %; the province, the figure asked for and the one reached are told."""
    reading = Reading(45.0, "%", offset=45.0, factor=100.0)
    one = replace(member("target he-nf-2030 2030", unit="Mtce"), lower=0.0, reading=reading)
    assert (
        title(one, "en") == "target “Hebei: Non-fossil share” (he-nf-2030, set by the scenario: at least 45 %) in 2030"
    )
    assert title(one, "zh").startswith("2030年目标“河北：")
    give = Give(one, "lower", 80.0, 0.04, figure=reading.figure(-80.0, 2000.0))
    clashing = Clash(True, (Conflict((one,), (give,), True),), False, (give,), False, 0.04, "GW", "M")
    *_, alone, _, _, soft = clash_sentences(clashing, "en")
    assert alone.endswith("in 2030 would have to fall from 45 % to 41 % (a difference of 80 Mtce).")
    assert soft.endswith("down from 45 % to 41 % (a difference of 80 Mtce)")
    (row,) = clash_rows(clashing)
    assert (row["figure_asked"], row["figure"], row["figure_unit"]) == (45.0, pytest.approx(41.0), "%")


def test_what_would_do_is_rounded_outward() -> None:
    """A floor of 12 over a cap of 10.00049 does with 10 GW, not with 10.01."""
    one = found(capacity("onwind floor 2030", lower=12.0), capacity("onwind ceiling 2030", upper=10.0049))
    texts = clash_sentences(one, "en")
    assert any("fall by 1.995 GW (16.63 %), to 10 GW" in line for line in texts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_says_the_same_numbers(lang: str) -> None:
    one = found(capacity("onwind floor 2030", lower=1200.0), capacity("onwind ceiling 2030", upper=1000.0))
    numbers = re.findall(r"[\d,.]*\d", " ".join(clash_sentences(one, lang)))
    asked = {"2030", "1,200", "1,000", "200", "16.67", "20"}
    assert set(numbers) == asked
    assert clash_data(one)["text"][lang] == clash_sentences(one, lang)


def test_rows_have_every_member() -> None:
    one = found(capacity("onwind floor 2030", lower=1200.0), capacity("onwind ceiling 2030", upper=1000.0))
    rows = clash_rows(one)
    assert [(row["clash"], row["name"], row["side"], row["amount"]) for row in rows] == [
        (1, "onwind floor 2030", "lower", pytest.approx(200)),
        (1, "onwind ceiling 2030", "upper", pytest.approx(200)),
    ]
    assert (rows[0]["lower"], rows[0]["upper"], rows[0]["unit"]) == (1200.0, None, "GW")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("onwind floor 2030", ("floor", "onwind", "2030", "")),
        ("onwind share_floor 2030", ("share_floor", "onwind", "2030", "")),
        ("firm_capacity 2030", ("firm_capacity", "", "2030", "")),
        ("firm_capacity 2030 at 8400", ("firm_capacity", "", "2030", "8400")),
        ("build_rate line_dc 2035", ("build_rate", "line_dc", "2035", "")),
        ("corridor_renewables CN-NM 2030", ("corridor_renewables", "CN-NM", "2030", "")),
        ("target T06 2030", ("target", "T06", "2030", "")),
        ("by hand", ("by hand", "", "", "")),
    ],
)
def test_names_are_taken_apart(name: str, parts: tuple[str, str, str, str]) -> None:
    assert taken_apart(name) == parts


def test_titles() -> None:
    """A target due in the period needs no year more; a period after it does; a name of one's own stays."""
    assert title(member("target T04 2030"), "zh") == "目标“非化石能源消费比重(2030年)”（T04：25%左右）"
    assert title(member("target T04 2035"), "zh").startswith("2035年目标")
    assert "（T06：2030年前）" in title(member("target T06 2035"), "zh")
    assert "(T05: −65 %)" in title(member("target T05 2030"), "en")
    assert title(member("co2_cap 2030"), "ja") == "2030年のCO₂排出の上限"
    assert title(member("limit co2 2030"), "en") == "CO2 ceiling of the scenario in 2030"
    assert title(member("CN-HE electricity", DEMAND), "en") == "demand for Hebei electricity in 2030"
    assert title(member("corridor_renewables CN-NM 2030"), "zh") == "2030年内蒙古新建外送通道的可再生能源占比下限"
    assert title(member("wind ceiling 2030"), "en") == "capacity ceiling for wind power in 2030"
    assert title(member("coal share_ceiling 2030"), "en") == "greatest share of coal power in generation in 2030"
    assert title(member("by hand"), "en") == "limit “by hand”"


@pytest.mark.parametrize(
    ("kind", "subject", "said"),
    [
        ("corridor_renewables", "CN-NM", ("内蒙古", "内モンゴル", "Inner Mongolia")),
        ("local_firm_capacity", "CN-NM", ("内蒙古", "内モンゴル", "Inner Mongolia")),
        ("share_floor", "onwind", ("陆上风电", "陸上風力", "Onshore wind")),
        ("share_ceiling", "coal", ("煤电", "石炭火力", "Coal power")),
        ("floor", "hydro", ("常规水电", "一般水力", "Conventional hydropower")),
        ("ceiling", "storage", ("储能（抽水蓄能与电池）", "蓄電（揚水・蓄電池）", "Pumped storage and batteries")),
    ],
)
def test_a_limit_names_its_region_or_technology(kind: str, subject: str, said: tuple[str, str, str]) -> None:
    texts = limit_texts({"kind": kind, "subject": subject})
    assert all(name in texts[lang] for lang, name in zip(("zh", "ja", "en"), said, strict=True))


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_every_group_has_a_name(group: str) -> None:
    for lang in LANGUAGES:
        assert limit_texts({"kind": "ceiling", "subject": group})[lang] != word(
            "plan.limit.ceiling", lang, subject=group
        )


def test_every_policy_of_the_power_system_has_a_title() -> None:
    kinds = ("co2_cap", "co2_intensity", "coal_cap", "non_fossil_share", "wind_solar_share", "firm_capacity")
    kinds += ("peak_response",)
    names = [f"{kind} 2030" for kind in kinds]
    names += [
        "onwind floor 2030",
        "csp ceiling 2030",
        "build_rate line_ac 2030",
        "wind ceiling 2030",
        "onwind share_floor 2030",
        "coal share_ceiling 2030",
        "corridor_renewables CN-NM 2030",
    ]
    for lang in LANGUAGES:
        for name in names:
            assert name not in title(member(name), lang)
            assert "_" not in title(member(name), lang)


def test_subjects() -> None:
    assert subject("CN-GRID-N>CN-GRID-NE DC", "zh") == "华北→东北直流"
    assert subject("CN-GRID-N-CN-GRID-NE AC", "en") == "North China-Northeast China AC"
    assert subject("CN-HE onwind", "ja") == "河北の陸上風力"


def test_units() -> None:
    """What the limit says itself comes first; policies of the power system have theirs; else it is not known."""
    assert unit_of(member("target T04 2030", unit="Mtce"), "GW") == "Mtce"
    assert unit_of(member("target T04 2030"), "GW") == ""
    assert unit_of(member("co2_cap 2030"), "GW") == "Mt_CO2"
    assert unit_of(member("build_rate onwind 2030"), "GW") == "GW"
    assert unit_of(member("onwind share_floor 2030"), "GW") == "TWh"
    assert unit_of(member("CN electricity", DEMAND), "MW") == "MWh"
    assert unit_of(member("by hand"), "GW") == ""
