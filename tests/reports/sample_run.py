"""A small run made by hand: a nation, three provinces and Taiwan, with every kind of figure, target and reading."""

from __future__ import annotations

import json
from typing import Any

HOSTILE = '</script><img src=x onerror="window.hit=1"> <b>&amp;'
FORMULA = "=cmd|' /C calc'!A0"
YEARS = range(2018, 2025)
PROVINCES = {
    "CN-HE": ("河北", "河北", "Hebei", [4, 2]),
    "CN-SX": ("山西", "山西", "Shanxi", [3, 2]),
    "CN-JS": ("江苏", "江蘇", "Jiangsu", [5, 3]),
    "CN-SD": ("山东", "山東", "Shandong", [5, 2]),
    "CN-HA": ("河南", "河南", "Henan", [3, 3]),
    "CN-TW": ("台湾", "台湾", "Taiwan", [6, 5]),
}
FACTORS = {"coal": 2.64, "oil": 2.08, "gas": 1.63}


def text(zh: str, ja: str | None = None, en: str | None = None) -> dict[str, str]:
    return {"zh": zh, "ja": ja or zh, "en": en or zh}


def figure(name: str, unit: str, show: tuple[str, float, int], points: list[list[Any]], **rest: Any) -> dict[str, Any]:
    entity, scope = rest.pop("entity", "CN"), rest.pop("scope", "as-published")
    return {
        "id": f"{entity}/{name}|{scope}",
        "entity": entity,
        "name": name,
        "unit": unit,
        "show_unit": show[0],
        "scale": show[1],
        "decimals": show[2],
        "scope": scope,
        "vintage": "post-5th-census",
        "factor_set": "",
        "factor_hash": "",
        "dataset": "statistics",
        "kind": "measure",
        "base_year": None,
        "points": points,
        **rest,
    }


def reading(**given: Any) -> dict[str, Any]:
    return {
        "scope": "as-published",
        "vintage": "post-5th-census",
        "state": "on_track",
        "why": text("依据", "根拠", "because"),
        "reading": "",
        "current": None,
        "year": None,
        "unit": "",
        "quality": "",
        "distance": None,
        "required_rate": None,
        "trend_rate": None,
        "rate_unit": "",
        "met_year": None,
        "figure": "",
        **given,
    }


def target(identifier: str, **given: Any) -> dict[str, Any]:
    return {
        "target": identifier,
        "layer": "plan-2021",
        "clause": ["II"],
        "action": 0,
        "name": text(f"目标{identifier}", f"目標{identifier}", f"Target {identifier}"),
        "text": text("正文", "本文", "Body"),
        "scope": text("全国", "全国", "The nation"),
        "value": None,
        "unit": "",
        "comparator": "qualitative",
        "tolerance_pct": None,
        "band": None,
        "hedge_zh": "",
        "base_year": None,
        "due_year": 2030,
        "strive": False,
        "kind": "qualitative",
        "data_needed": text("数据", "データ", "Some data"),
        "note": text("", "", ""),
        "supersedes": [],
        "state": "no_data",
        "disputed": False,
        "readings": [reading(state="no_data")],
        **given,
    }


def _nation() -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    tonnes = {
        "coal": [2.8e9 + 5e7 * i for i in range(7)],
        "oil": [9e8 + 2e7 * i for i in range(7)],
        "gas": [3.6e8 + 3e7 * i for i in range(7)],
    }
    tce, co2 = ("1e8tce", 1e-8, 2), ("1e8t_CO2", 1e-8, 2)
    total = [4.75e9 + 2e8 * i for i in range(7)]
    gdp = [9.5e13 * 1.05**i for i in range(7)]
    emitted = [sum(tonnes[fuel][i] * factor for fuel, factor in FACTORS.items()) for i in range(7)]
    share = [(total[i] - sum(tonnes[fuel][i] for fuel in FACTORS)) / total[i] * 100 for i in range(7)]

    def points(values: list[float], quality: str = "secondary") -> list[list[Any]]:
        return [[year, value, quality] for year, value in zip(YEARS, values, strict=True)]

    figures = [
        figure("energy_total", "tce", tce, points(total)),
        *[figure(f"{fuel}_total", "tce", tce, points(tonnes[fuel])) for fuel in FACTORS],
        figure(
            "co2_topdown",
            "t_CO2",
            co2,
            points(emitted, "recalled"),
            scope="fossil-incl-nonenergy",
            factor_set="topdown-12fyp",
            factor_hash="0123",
        ),
        figure("gdp_constant", "CNY", ("1e12CNY", 1e-12, 2), points(gdp), scope="base-2020", kind="statistic"),
        figure(
            "carbon_intensity",
            "t_CO2/1e4CNY",
            ("t_CO2/1e4CNY", 1.0, 3),
            points([c / g * 1e4 for c, g in zip(emitted, gdp, strict=True)], "recalled"),
            scope="fossil-incl-nonenergy",
            kind="indicator",
        ),
        figure(
            "non_fossil_share",
            "%",
            ("%", 1.0, 1),
            points(share, "estimated"),
            scope="coal-equivalent",
            kind="indicator",
        ),
        figure(
            "announced.non_fossil_share",
            "%",
            ("%", 1.0, 1),
            [[2023, 17.9, "official"], [2024, 19.8, "official"]],
            scope="coal-equivalent",
            kind="announced",
            vintage="announced-2024, announced-2025",
        ),
    ]
    for index, source in enumerate(("thermal", "hydro", "nuclear", "wind", "solar")):
        figures.append(
            figure(
                f"power_generation.{source}",
                "MWh",
                ("TWh", 1e-6, 1),
                points([1e9 * (5 - index) + 1e7 * i for i in range(7)]),
                scope="all-plants",
                kind="statistic",
            )
        )
        figures.append(
            figure(
                f"power_capacity.{source}",
                "MW",
                ("GW", 1e-3, 1),
                points([3e5 + 1e4 * index + 2e4 * i for i in range(7)]),
                scope="all-plants",
                kind="statistic",
            )
        )
    wind_solar = [6.7e5 + 4e4 * i for i in range(7)]
    figures.append(
        figure("wind_solar_capacity", "MW", ("GW", 1e-3, 1), points(wind_solar), scope="all-plants", kind="indicator")
    )
    inputs = [
        {
            "entity": "CN",
            "flow": "primary_consumption",
            "carrier": carrier,
            "name": text(carrier),
            "unit": "tce",
            "points": [
                [year, value, "secondary", "src-a;src-b", f"book.csv {row}:value"]
                for row, (year, value) in enumerate(zip(YEARS, values, strict=True), start=2)
            ],
        }
        for carrier, values in [*tonnes.items(), ("energy", total)]
    ]
    coefficients = [
        {
            "measure": "co2_topdown",
            "entity": "CN",
            "flow": "primary_consumption",
            "carrier": fuel,
            "name": text(fuel),
            "unit": "t_CO2/tce",
            "points": [[0, factor]],
            "formula": f"{factor} t_CO2/tce",
            "source": "src-a",
        }
        for fuel, factor in FACTORS.items()
    ]
    return figures, inputs, coefficients


def _provinces() -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    figures, inputs = [], []
    for place, entity in enumerate(list(PROVINCES)[:5], start=1):
        coal = [1e8 * place + 1e6 * year for year in range(7)]
        power = [2e8 * place + 3e6 * year for year in range(7)]
        for flow, carrier, values in (("final", "raw_coal", coal), ("power_generation", "thermal", power)):
            inputs.append(
                {
                    "entity": entity,
                    "flow": flow,
                    "carrier": carrier,
                    "name": text(carrier),
                    "unit": "t",
                    "points": [
                        [year, value, "secondary", "src-b", f"p.csv {year}"]
                        for year, value in zip(YEARS, values, strict=True)
                    ],
                }
            )
        figures.append(
            figure(
                "co2_estimate",
                "t_CO2",
                ("1e8t_CO2", 1e-8, 2),
                entity=entity,
                scope="fossil-incl-nonenergy-estimate",
                points=[
                    [y, c * 1.9 + p * (0.8 if y < 2020 else 0.79), "estimated"]
                    for y, c, p in zip(YEARS, coal, power, strict=True)
                ],
            )
        )
        figures.append(
            figure(
                "energy_total",
                "tce",
                ("1e8tce", 1e-8, 2),
                [[year, 1e8 * place, "secondary"] for year in YEARS],
                entity=entity,
            )
        )
    coefficients = [
        {
            "measure": "co2_estimate",
            "entity": "CN",
            "flow": "final",
            "carrier": "raw_coal",
            "name": text("raw_coal"),
            "unit": "t_CO2/t",
            "points": [[0, 1.9]],
            "formula": "1.9",
            "source": "src-a",
        },
        {
            "measure": "co2_estimate",
            "entity": "CN",
            "flow": "power_generation",
            "carrier": "thermal",
            "name": text("thermal"),
            "unit": "t_CO2/MWh",
            "points": [[year, 0.8 if year < 2020 else 0.79] for year in YEARS],
            "formula": "",
            "source": "src-a",
        },
    ]
    return figures, inputs, coefficients


def _boards(figures: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    at = {
        figure["name"]: {point[0]: point[1] for point in figure["points"]}
        for figure in figures
        if figure["entity"] == "CN"
    }
    share, intensity, capacity = (
        at["non_fossil_share"][2024],
        at["carbon_intensity"],
        at["wind_solar_capacity"][2024] / 1000,
    )
    cut = (intensity[2024] / intensity[2020] - 1) * 100
    needed = 100 * ((0.82 / (1 + cut / 100)) - 1)
    return {
        "CN": [
            target(
                "T01",
                value=25.0,
                unit="%",
                comparator="about",
                tolerance_pct=2.0,
                band=[24.5, 25.5],
                hedge_zh="左右",
                kind="level",
                state="at_risk",
                disputed=True,
                readings=[
                    reading(
                        scope="coal-equivalent",
                        state="at_risk",
                        current=share,
                        year=2024,
                        unit="%",
                        quality="estimated",
                        distance=25 - share,
                        required_rate=(24.5 - share) / 6,
                        trend_rate=0.2,
                        rate_unit="%/year",
                        figure="CN/2024/non_fossil_share",
                    ),
                    reading(
                        scope="coal-equivalent",
                        vintage="announced-2025",
                        state="on_track",
                        current=19.8,
                        year=2024,
                        unit="%",
                        quality="official",
                        distance=5.2,
                        required_rate=4.7 / 6,
                        trend_rate=1.9,
                        rate_unit="%/year",
                        figure="CN/2024/announced.non_fossil_share",
                    ),
                ],
            ),
            target(
                "T03",
                value=-18.0,
                unit="%",
                comparator="at_least",
                base_year=2020,
                due_year=2025,
                kind="change",
                state="on_track",
                readings=[
                    reading(
                        scope="fossil-incl-nonenergy",
                        current=cut,
                        year=2024,
                        unit="%",
                        quality="recalled",
                        distance=cut + 18,
                        required_rate=needed,
                        trend_rate=-2.0,
                        rate_unit="%/year",
                        figure="CN/2024/carbon_intensity",
                    )
                ],
            ),
            target(
                "T06",
                value=2030.0,
                unit="year",
                comparator="before",
                kind="peak",
                state="not_due",
                readings=[
                    reading(
                        scope="fossil-incl-nonenergy",
                        state="not_due",
                        reading=f"peak<={year}",
                        current=2024.0,
                        year=2024,
                        unit="year",
                        quality="recalled",
                        trend_rate=1.0,
                        rate_unit="%/year",
                        figure="CN/2024/co2_topdown",
                    )
                    for year in (2029, 2030)
                ],
            ),
            target(
                "T08",
                value=1200.0,
                unit="GW",
                comparator="at_least",
                kind="level",
                action=1,
                clause=["III(1)2"],
                state="at_risk",
                readings=[
                    reading(
                        scope="all-plants",
                        state="at_risk",
                        current=capacity,
                        year=2024,
                        unit="GW",
                        quality="secondary",
                        distance=1200 - capacity,
                        required_rate=(1200 - capacity) / 6,
                        trend_rate=40.0,
                        rate_unit="GW/year",
                        figure="CN/2024/wind_solar_capacity",
                    )
                ],
            ),
            target("T99", name=text(HOSTILE), note=text(FORMULA)),
            target(
                "O01",
                layer="overlay-2026",
                value=3600.0,
                unit="GW",
                comparator="at_least",
                kind="level",
                due_year=2035,
                action=1,
                state="no_data",
            ),
        ],
        "CN-HE": [
            target(
                "he-1",
                layer="province",
                clause="",
                action=None,
                value=-13.0,
                unit="%",
                comparator="equal",
                base_year=2020,
                kind="change",
            )
        ],
    }


def sample_run() -> dict[str, Any]:
    """A run that page and workbook can show."""
    nation, provinces = _nation(), _provinces()
    figures = [*nation[0], *provinces[0]]
    entities = [
        {
            "id": "CN",
            "kind": "nation",
            "parent": "",
            "name": text("中华人民共和国", "中華人民共和国", "China"),
            "short": text("全国", "全国", "China"),
            "tile": None,
        },
        *[
            {
                "id": key,
                "kind": "province",
                "parent": "CN",
                "name": text(zh, ja, en),
                "short": text(zh, ja, en),
                "tile": tile,
            }
            for key, (zh, ja, en, tile) in PROVINCES.items()
        ],
    ]
    made = {
        "schema": "dafeng.run/1",
        "made": {"version": "0.0.0", "at": "2026-11-23T10:00:00+00:00", "catalogue": "2026.11", "seconds": 1.0},
        "overlay": True,
        "language": "zh",
        "entities": entities,
        "figures": figures,
        "names": {
            name: {"title": text(name), "what": text("", "", ""), "method": text("", "", "")}
            for name in {figure["name"] for figure in figures}
        },
        "inputs": [*nation[1], *provinces[1]],
        "coefficients": [*nation[2], *provinces[2]],
        "sources": {
            "src-a": {
                "title": HOSTILE,
                "publisher": FORMULA,
                "address": "javascript:alert(1)",
                "read": "recalled",
                "kind": "memory",
            },
            "src-b": {
                "title": "Yearbook",
                "publisher": "+1",
                "address": "https://example.org/a?b=1&c=2",
                "read": "secondary",
                "kind": "statistics",
            },
        },
        "boards": _boards(figures),
        "explanations": {
            "CN/2024/co2_topdown|fossil-incl-nonenergy": {
                lang: [f"co2 {lang}", "  coal x 2.64", f"    {HOSTILE}"] for lang in ("zh", "ja", "en")
            }
        },
    }
    copied: dict[str, Any] = json.loads(json.dumps(made))
    return copied
