"""How the corridors of the `power` package were made from the typed list of lines; run by us, never by users.

python tools/power_corridors.py ../shared/data
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from power_common import IDS, OURS, POWER, Row, rows, write

Pair = tuple[str, str]
Line = dict[str, str]
SUPPLY = (2020, 2023, 2024, 2025)
#: Corrections of the corridor table. The Northwest is joined to the rest by direct current only.
RENAMED = {("CN-GD", "CN-HE"): ("CN-GD", "CN-HB")}
NO_AC = {("CN-HA", "CN-SN"), ("CN-GD", "CN-HB"), ("CN-CQ", "CN-HB"), ("CN-HB", "CN-SH"), ("CN-HB", "CN-JS")}
#: Shanxi sold about 116 TWh in 2020 (generation less consumption), 27 of them by direct current: at 5,500 h that is
#: 16 GW of alternating current, 4 of them in the other sections.
SMALLER = {("CN-HE", "CN-SX"): 12_000.0}
GUESSED = {("CN-BJ", "CN-HE"), ("CN-HE", "CN-SX"), ("CN-HE", "CN-TJ"), ("CN-BJ", "CN-SD")}


#: What contracts let a corridor carry on average in the past, as share of capacity: alternating current; direct
#: current of which the energy is not known; room above the known energy. With them a dispatch of 2020 by cost meets
#: thermal power of the provinces within 11 % on average, without them within 27 %.
USED_AC, USED_DC, ROOM = 0.6, 0.5, 1.2


def pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def distances(shared: Path) -> dict[Pair, float]:
    """Great circle between load centres, km."""
    place = {
        OURS[r["province"]]: np.radians((float(r["lat"]), float(r["lon"])))
        for r in rows(shared / "power31-base" / "provinces.csv")
    }
    found = {}
    for a in IDS:
        for b in IDS:
            (p, u), (q, v) = place[a], place[b]
            inner = np.sin(p) * np.sin(q) + np.cos(p) * np.cos(q) * np.cos(u - v)
            found[a, b] = float(6371 * np.arccos(np.clip(inner, -1, 1)))
    return found


def in_year(since: str, year: int) -> bool:
    """A line serves a year if it was there by the middle of it; 2025 is its end."""
    return since < (f"{year}-07" if year != 2025 else "2026-01")


def megawatts(lines: Iterable[Line]) -> float:
    return sum(float(r["mw"]) for r in lines)


def corridors(shared: Path) -> Iterable[Row]:
    km = distances(shared)
    lines: dict[Pair, list[Line]] = defaultdict(list)
    for r in rows(POWER / "lines.csv"):
        lines[r["from"], r["to"]].append(r)
    yield from alternating(shared, lines, km)
    for (a, b), found in sorted(lines.items()):
        yield direct(a, b, found, km[a, b])


def alternating(shared: Path, lines: dict[Pair, list[Line]], km: dict[Pair, float]) -> Iterable[Row]:
    """What the table of about 2022 has beyond the direct-current lines of that time; neighbours as candidates."""
    whole: dict[Pair, float] = defaultdict(float)
    candidates: set[Pair] = set()
    for r in rows(shared / "power31-base" / "transmission_corridors.csv"):
        key = pair(OURS[r["from"]], OURS[r["to"]])
        key = RENAMED.get(key, key)
        whole[key] += float(r["capacity_2022_mw"])
        if "neighbour" in r["sets"]:
            candidates.add(key)
    for a, b in sorted(whole, key=lambda k: (IDS.index(k[0]), IDS.index(k[1]))):
        known = megawatts(r for key in ((a, b), (b, a)) for r in lines.get(key, ()) if r["since"] < "2023-01")
        left = 0.0 if (a, b) in NO_AC else max(whole[a, b] - known, 0.0)
        left = SMALLER.get((a, b), left if left >= 500 else 0.0)
        if not left and ((a, b) not in candidates or known):
            continue
        guess = (a, b) in GUESSED
        source = "pypsa-china-thu;power-computed" if left else "pypsa-china-thu"
        note = "neighbours without a corridor today" if not left else "section of many lines, a guess" if guess else ""
        yield {
            **ends(a, b, "AC", "existing" if left else "candidate", True, km[a, b]),
            **{f"mw_{y}": left for y in SUPPLY},
            **coming([]),
            "used_share": USED_AC,
            "source": source,
            "quality": "estimated" if guess else "secondary",
            "note": note,
        }


def direct(a: str, b: str, found: list[Line], km: float) -> Row:
    """The direct-current lines of one direction."""
    mw = {y: megawatts(r for r in found if in_year(r["since"], y)) for y in SUPPLY}
    standing = [r for r in found if r["status"] == "existing"]
    both = all(r["both_ways"] == "true" for r in standing or found)
    sent = [r for r in found if r["twh_2020"]]
    used = ROOM * sum(float(r["twh_2020"]) for r in sent) * 1e6 / 8784 / megawatts(sent) if sent else USED_DC
    return {
        **ends(a, b, "DC", "existing" if mw[2025] else "building", both, km),
        **{f"mw_{y}": mw[y] for y in SUPPLY},
        **coming([r for r in found if r["status"] == "building"]),
        "used_share": round(min(used, 1.0), 3),
        "source": ";".join(sorted({name for r in found for name in r["source"].split(";")})),
        "quality": "recalled" if any(r["quality"] == "recalled" for r in found) else "secondary",
        "note": ", ".join(r["id"] for r in found),
    }


def ends(a: str, b: str, kind: str, status: str, both: bool, km: float) -> Row:
    return {
        "id": f"{a[3:]}-{b[3:]}-{kind.lower()}",
        "from": a,
        "to": b,
        "kind": kind,
        "status": status,
        "both_ways": str(both).lower(),
        "km": round(km),
    }


def coming(lines: list[Line]) -> Row:
    return {"mw_building": megawatts(lines), "building_year": max((r["since"][:4] for r in lines), default="")}


def main(shared: Path) -> None:
    write("corridors.csv", corridors(shared))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
