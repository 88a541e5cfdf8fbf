"""The words and units of a report, in the three languages, as page and workbook use them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, Context
from functools import cache
from typing import Any

from dafeng.catalog import LANGUAGES, all_words, pick, resource, word

PAGE_WORDS = ("report.", "state.", "quality.", "comparator.")
ASSESS_WORDS = ("assess.", "rating.", "peak.", "tapio.")
WORKBOOK_WORDS = ("report.xl.", "assess.xl.", "plan.xl.", "plan.cli.", "plan.step.", "economy.xl.", "economy.cli.")

# What people say instead of the unit of the table: language -> unit -> (word, factor, decimals more or less).
SPOKEN: Mapping[str, Mapping[str, tuple[str, float, int]]] = {
    "zh": {
        "GW": ("report.unit.1e4kW", 100.0, -1),
        "MW": ("report.unit.1e4kW", 0.1, 1),
        "TWh": ("report.unit.1e8kWh", 10.0, -1),
        "1e9CNY": ("report.unit.1e8CNY", 10.0, -1),
    },
    "ja": {"TWh": ("report.unit.1e8kWh", 10.0, -1), "1e9CNY": ("report.unit.1e8CNY", 10.0, -1)},
    "en": {
        "1e8kWh": ("report.unit.1e8kWh", 0.1, 1),
        "1e8tce": ("report.unit.Mtce", 100.0, -2),
        "1e4tce": ("report.unit.Mtce", 0.01, 1),
        "1e8t_CO2": ("report.unit.Mt_CO2", 100.0, -2),
        "1e4t_CO2": ("report.unit.Mt_CO2", 0.01, 1),
        "1e8t": ("report.unit.Mt", 100.0, -2),
        "1e4t": ("report.unit.Mt", 0.01, 1),
        "1e8m3": ("report.unit.billion_m3", 0.1, 0),
        "1e12CNY": ("report.unit.trillion_cny", 1.0, 0),
        "1e8CNY": ("report.unit.billion_cny", 0.1, 0),
        "1e4CNY": ("report.unit.10k_cny", 1.0, 0),
        "1e4person": ("report.unit.million_people", 0.01, 1),
        "1e6count": ("report.unit.million", 1.0, 0),
    },
}
# ... and what great amounts are said in: language -> unit -> (from how much on, word, factor, decimals more or less).
GREAT: Mapping[str, Mapping[str, tuple[float, str, float, int]]] = {
    "zh": {
        "GW": (100.0, "report.unit.1e8kW", 0.01, 1),
        "MW": (1e5, "report.unit.1e8kW", 1e-5, 2),
        "1e9CNY": (1000.0, "report.unit.trillion_cny", 1e-3, 1),
    },
    "ja": {"1e9CNY": (1000.0, "report.unit.trillion_cny", 1e-3, 1)},
    "en": {"1e9CNY": (1000.0, "report.unit.trillion_cny", 1e-3, 1)},
}
WITHOUT_SIGN = {"1", "count"}
TWO_DIGITS = Context(prec=2, rounding=ROUND_CEILING)


def rounded_up(gap: float) -> float:
    """A gap in two digits that it does not exceed: what is proved to be at most so much is said to be no less."""
    return float(TWO_DIGITS.create_decimal(repr(gap)))


@cache
def page_words(beginnings: tuple[str, ...] = PAGE_WORDS) -> dict[str, dict[str, str]]:
    """The texts of a page, by the beginnings of the keys, and the names of the factor sets: key -> language -> text."""
    texts = {
        key: texts
        for key, texts in all_words().items()
        if key.startswith(beginnings) and not key.startswith(WORKBOOK_WORDS)
    }
    for row in resource("factors", "sets").rows:
        texts.setdefault(f"report.factors.{row['id']}", {lang: pick(row, "name", lang) for lang in LANGUAGES})
    return texts


def sign(unit: str, lang: str) -> str:
    """The sign of a unit id in a language: `t_CO2/1e4CNY` -> `吨CO₂/万元`. An unknown id stands for itself."""
    if unit in WITHOUT_SIGN:
        return ""
    spoken = all_words().get(f"report.unit.{unit}")
    if spoken:
        return spoken[lang]
    known = resource("vocabulary", "units").by()
    if unit in known:
        return str(known[unit][f"symbol_{lang}"])
    top, slash, bottom = unit.partition("/")
    if slash and bottom:
        lower = all_words()["report.unit.10k_cny"][lang] if bottom == "1e4CNY" else sign(bottom, lang) or bottom
        return f"{sign(top, lang) or top}/{lower}"
    return unit


def spoken_unit(unit: str, lang: str) -> dict[str, Any]:
    """How a unit is shown: its sign, what a number in it is multiplied by, how many decimals more or less it takes."""
    shown: dict[str, Any] = {"sign": sign(unit, lang), "factor": 1.0, "shift": 0}
    if unit in SPOKEN[lang]:
        key, factor, shift = SPOKEN[lang][unit]
        shown = {"sign": all_words()[key][lang], "factor": factor, "shift": shift}
    if unit in GREAT.get(lang, {}):
        over, key, factor, shift = GREAT[lang][unit]
        shown["big"] = {"over": over, "sign": all_words()[key][lang], "factor": factor, "shift": shift}
    return shown


def unit_table(units: Iterable[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """unit id -> language -> how it is shown."""
    return {unit: {lang: spoken_unit(unit, lang) for lang in LANGUAGES} for unit in sorted(set(units)) if unit}


def units_of(data: Mapping[str, Any]) -> Iterator[str]:
    """Every unit id that the run names."""
    for figure in data["figures"]:
        yield figure["unit"]
        yield figure["show_unit"]
    for rows in data["boards"].values():
        for row in rows:
            named = [row["unit"], *(reading[part] for reading in row["readings"] for part in ("unit", "rate_unit"))]
            for unit in named:
                if unit:
                    yield unit
                    yield unit.removesuffix("/year")
    yield from data.get("units", {}).values()
    yield from _units_of_assessment(data)


def _units_of_assessment(data: Mapping[str, Any]) -> Iterator[str]:
    for one in data.get("outlook", ()):
        yield one["unit"]
        yield one["rate_unit"].removesuffix("/year")
    for one in data.get("rating", {}).get("measures", {}).get("indicators", ()):
        yield one["unit"]
    if "causes" in data:
        yield from ("t_CO2", "1e8t_CO2", "1e4t_CO2", "tce", "1e8tce", "pp", "%")


_YEARED = re.compile(r"(announced|yearbook|monitoring)-(\d{4})")


def named(data: Mapping[str, Any], kind: str, identifier: str, lang: str) -> str:
    """A scope, vintage or factor set in words; a vintage may be several, joined by commas and plus signs."""
    if not identifier:
        return ""
    texts = page_words()
    given = data["names"].get(f"{kind}:{identifier}")
    if given:
        return str(given["title"][lang])
    if f"report.{kind}.{identifier}" in texts:
        return texts[f"report.{kind}.{identifier}"][lang]
    years: dict[str, list[int]] = {}
    parts: list[str] = []
    for token in dict.fromkeys(re.split(r",\s*|\s*\+\s*", identifier)):
        yeared = _YEARED.fullmatch(token)
        if yeared:
            years.setdefault(yeared[1], []).append(int(yeared[2]))
        else:
            parts.append(texts.get(f"report.{kind}.{token}", {}).get(lang, token))
    for family, found in years.items():
        found.sort()
        unbroken = len(found) > 2 and found[-1] - found[0] == len(found) - 1
        shown = f"{found[0]}–{found[-1]}" if unbroken else "/".join(map(str, found))
        parts.append(word(f"report.{kind}.{family}", lang, year=shown))
    return word("report.list_separator", lang).join(parts)


def definition(data: Mapping[str, Any], figure: Mapping[str, Any], lang: str) -> str:
    """Scope, base year, vintage and factor set of a series, in words."""
    base = figure.get("base_year")
    parts = (
        named(data, "scope", figure["scope"], lang),
        word("report.base", lang, year=base) if base else "",
        named(data, "vintage", figure["vintage"], lang),
        named(data, "factors", figure["factor_set"], lang),
    )
    return " · ".join(part for part in parts if part)


def amount(value: float, unit: str, lang: str) -> str:
    """A number with its unit, as short as it is exact."""
    if unit == "year":
        return str(round(value))
    text = f"{value:,.10g}" if abs(value) < 1e9 else f"{value:,.0f}"
    mark = sign(unit, lang)
    return text + ("" if not mark or mark == "%" or ord(mark[0]) > 0x2FFF else " ") + mark


def target_phrase(target: Mapping[str, Any], lang: str) -> str:
    """What a target asks, in words: "cut of at least 65% from 2005"."""
    value, kind = target["value"], target["kind"]
    if value is None:
        return word("comparator.qualitative", lang)
    falls = kind == "change" and value < 0
    stated = amount(-value if falls else value, target["unit"].removesuffix("/year"), lang)
    key = f"comparator.{target['comparator']}"
    phrase = word(key, lang, value=stated) if key in all_words() else stated
    base = target["base_year"]
    if kind in ("peak", "growth"):
        return word(f"report.target.{kind}", lang, phrase=phrase)
    if kind == "yearly_increment":
        return word("report.target.yearly", lang, phrase=phrase)
    if base and kind == "change":
        return word("report.target.cut" if falls else "report.target.rise", lang, phrase=phrase, base=base)
    if base and kind == "increment":
        return word("report.target.added", lang, phrase=phrase, base=base)
    return phrase


def spoken_amount(value: float, unit: str, decimals: int, lang: str, signed: bool = False) -> str:
    """A value as people say it in a language: `7.07亿吨CO₂`, `707 Mt CO₂`; the page does the same (core.js)."""
    how = spoken_unit(unit, lang)
    big = how.get("big")
    if big and abs(value) >= big["over"]:
        how = big
    places = max(0, decimals + int(how["shift"]))
    scaled = value * float(how["factor"])
    while scaled and places < 6 and abs(scaled) < 0.5 * 10**-places:
        places += 1
    text = f"{abs(scaled):,.{places}f}"
    mark = str(how["sign"])
    minus = "−" if scaled < 0 and any(digit in text for digit in "123456789") else "+" if signed and scaled > 0 else ""
    return minus + text + ("" if not mark or mark == "%" or ord(mark[0]) > 0x2FFF else "\u00a0") + mark
