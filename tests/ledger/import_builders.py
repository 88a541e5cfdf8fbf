"""Workbooks as people type them, for the importer tests. Every figure here is invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

#: fuel -> (unit in the header, figures by short name of the line; transformation as printed: inputs negative)
FUELS: dict[str, tuple[str, dict[str, float]]] = {
    "原煤": (
        "万吨",
        {
            "production": 5000.0,
            "inflow": 21000.5,
            "outflow": 800.25,
            "stock_change": -120.0,
            "thermal_power": -9000.0,
            "heating": -2800.0,
            "coal_washing": -5500.0,
            "coking": -1800.0,
            "agriculture": 21.91,
            "industry": 5400.0,
            "non_energy": 310.0,
            "construction": 0.0,
            "rural": 594.56,
        },
    ),
    "洗精煤": ("万吨", {"inflow": 3900.0, "coal_washing": 2300.0, "coking": -6100.0, "industry": 100.0}),
    "焦炭": ("万吨", {"inflow": 3800.0, "outflow": 900.0, "export": 50.0, "coking": 4700.0, "industry": 7550.0}),
    "汽油": ("万吨", {"inflow": 300.0, "refining": 250.0, "transport": 420.0, "urban": 110.0, "rural": 20.0}),
    "天然气": (
        "亿立方米",
        {
            "production": 6.0,
            "inflow": 146.0,
            "thermal_power": -1.5,
            "heating": -3.75,
            "loss": 1.25,
            "industry": 60.0,
            "transport": 1.8,
            "commerce": 3.2,
            "urban": 33.0,
            "rural": 47.5,
        },
    ),
    "热力": ("百亿千焦", {"heating": 53000.0, "industry": 32608.1, "urban": 20391.9}),
    "电力": (
        "亿千瓦时",
        {
            "production": 720.0,
            "inflow": 900.0,
            "thermal_power": 2830.0,
            "loss": 200.0,
            "agriculture": 120.0,
            "industry": 2850.0,
            "construction": 44.0,
            "transport": 119.0,
            "commerce": 178.0,
            "other": 306.0,
            "urban": 303.0,
            "rural": 330.0,
        },
    ),
}
SUPPLY = ("production", "inflow", "import", "bunker_abroad", "outflow", "export", "bunker_foreign", "stock_change")
OUTWARD = ("outflow", "export", "bunker_foreign")
TRANSFORMATION = (
    "thermal_power",
    "heating",
    "coal_washing",
    "coking",
    "refining",
    "oil_input",
    "gas_works",
    "coke_input",
    "gas_liquefaction",
    "briquettes",
    "recovery",
)
RESIDENTIAL = ("urban", "rural")
FINAL = ("agriculture", "industry", "construction", "transport", "commerce", "other")

#: short name -> how the line is printed
PRINTED = {
    "supply": "一、可供本地区消费的能源量",
    "production": "  1.一次能源生产量",
    "inflow": "  2.外省（区、市）调入量",
    "import": "  3.进口量",
    "bunker_abroad": "  4.境内轮船和飞机在境外的加油量",
    "outflow": "  5.本省（区、市）调出量(－)",
    "export": "  6.出口量(－)",
    "bunker_foreign": "  7.境外轮船和飞机在境内的加油量(－)",
    "stock_change": "  8.库存增(－)、减(＋)量",
    "transformation": "二、加工转换投入(－)产出(＋)量",
    "thermal_power": "  1.火 力 发 电",
    "heating": "  2.供  热",
    "coal_washing": "  3.洗 选 煤",
    "coking": "  4.炼  焦",
    "refining": "  5.炼油及煤制油",
    "oil_input": "    ＃油品再投入量(－)",
    "gas_works": "  6.制  气",
    "coke_input": "    ＃焦炭再投入量(－)",
    "gas_liquefaction": "  7.天然气液化",
    "briquettes": "  8.煤制品加工",
    "recovery": "  9.回收能",
    "loss": "三、损失量",
    "final": "四、终端消费量",
    "agriculture": "  1.农、林、牧、渔业",
    "industry": "  2.工  业",
    "non_energy": "    ＃用作原料、材料",
    "construction": "  3.建筑业",
    "transport": "  4.交通运输、仓储和邮政业",
    "commerce": "  5.批发、零售业和住宿、餐饮业",
    "other": "  6.其  他",
    "residential": "  7.生活消费",
    "urban": "    城  镇",
    "rural": "    乡  村",
    "difference": "五、平衡差额",
    "consumption": "六、消费量合计",
}


def column(parts: Mapping[str, float]) -> dict[str, float]:
    """All lines of a fuel, with the sums that the table prints."""
    figures = dict(parts)
    figures["supply"] = sum(-parts[n] if n in OUTWARD else parts[n] for n in SUPPLY if n in parts)
    figures["transformation"] = sum(parts.get(n, 0.0) for n in TRANSFORMATION)
    figures["residential"] = sum(parts.get(n, 0.0) for n in RESIDENTIAL)
    figures["final"] = sum(parts.get(n, 0.0) for n in FINAL) + figures["residential"]
    figures["difference"] = figures["supply"] + figures["transformation"] - parts.get("loss", 0.0) - figures["final"]
    inputs = -sum(min(parts.get(n, 0.0), 0.0) for n in TRANSFORMATION)
    figures["consumption"] = figures["final"] + parts.get("loss", 0.0) + inputs
    return {name: round(value, 4) for name, value in figures.items()}


def table() -> dict[str, dict[str, float]]:
    """fuel -> line -> figure, with the total column of coal."""
    columns = {fuel: column(parts) for fuel, (_, parts) in FUELS.items()}
    coal = {
        name: columns["原煤"].get(name, 0.0) + columns["洗精煤"].get(name, 0.0)
        for name in PRINTED
        if name in columns["原煤"] or name in columns["洗精煤"]
    }
    coal["consumption"] = coal["final"] - coal["transformation"]  # net of what washing gives back
    return {"煤合计": {name: round(value, 4) for name, value in coal.items()}, **columns}


def fill_balance(
    ws: Worksheet,
    title: str = "6-3  河北能源平衡表（实物量）—2020",
    fuels: Sequence[str] | None = None,
    change: Callable[[dict[str, dict[str, Any]]], None] | None = None,
    lines: Sequence[str] | None = None,
    row: int = 1,
) -> int:
    """Type a balance into a sheet; the header has a merged name row, an English row and a unit row.

    Args:
        fuels: columns, in this order; lines: rows by short name.
        change: may alter the figures (and put text in their place) before they are typed.

    Returns:
        The first free row.
    """
    figures: dict[str, dict[str, Any]] = {fuel: dict(values) for fuel, values in table().items()}
    if change:
        change(figures)
    shown = list(fuels or figures)
    ws.cell(row, 1, title)
    ws.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(shown) + 1)
    ws.cell(row + 1, 1, "项  目")
    ws.merge_cells(start_row=row + 1, end_row=row + 3, start_column=1, end_column=1)
    for at, fuel in enumerate(shown, start=2):
        ws.cell(row + 1, at, fuel)
        ws.cell(row + 2, at, "Fuel")
        ws.cell(row + 3, at, f"（{FUELS.get(fuel, ('万吨',))[0]}）")
    row += 4
    for name in lines or PRINTED:
        ws.cell(row, 1, PRINTED[name])
        for at, fuel in enumerate(shown, start=2):
            value = figures[fuel].get(name)
            if value is not None:
                ws.cell(row, at, value)
        row += 1
    return row


def balance_workbook(path: Path, **options: Any) -> Path:
    """A workbook with one balance."""
    book = openpyxl.Workbook()
    book.active.title = "平衡表"
    fill_balance(book.active, **options)
    book.save(path)
    return path


CEADS_SECTORS = (
    "Farming, Forestry, Animal Husbandry, Fishery and Water Conservancy",
    "Coal Mining and Dressing",
    "Petroleum and Naturl Gas Extraction",
    "Nonmetal Mineral Products",
    "Smelting and Pressing of Ferrous Metals",
    "Production and Supply of Electric Power, Steam and Hot Water",
    "Construction",
    "Transportation, Storage, Post and Telecommunication Services",
    "Others",
    "Urban",
    "Rural",
)
CEADS_FUELS = ("Raw_Coal", "CleanedCoal", "Coke", "Coke_Oven_Gas", "Diesel_Oil", "LPG", "Natural_Gas")


def ceads_co2(
    path: Path,
    provinces: Sequence[str],
    old: bool = False,
    sheet_year: str = "2019",
    change: Callable[[str, list[list[Any]]], None] | None = None,
) -> Path:
    """A CO2 inventory: figures are 1, 2, 3 ... hundredths of a Mt, with true sums."""
    book = openpyxl.Workbook()
    book.active.title = "NOTE"
    book.active.append(["Introduction", "An invented inventory"])
    heads = [*CEADS_FUELS, "Scope_2_Heat", "Scope_2_Electricity", "Other_Energy", "Process", "Scope_1_Total"]
    for number, province in enumerate(provinces):
        rows: list[list[Any]] = []
        for line, sector in enumerate(CEADS_SECTORS):
            fuels = [round(0.01 * ((line * 7 + at + number) % 23), 2) for at in range(len(CEADS_FUELS))]
            process = 1.5 if sector == "Nonmetal Mineral Products" else 0
            rows.append([sector + " " * (12 if old else 0), *fuels, 0, 0, 0, process, round(sum(fuels) + process, 4)])
        total = [round(sum(row[at] for row in rows), 4) for at in range(1, len(heads) + 1)]
        rows.insert(0, ["Total Consumption" if old else "TotalEmissions", *total])
        if change:
            change(province, rows)
        ws = book.create_sheet(province + sheet_year)
        ws.append(
            [None, *(head.replace("_", " ").replace("CleanedCoal", "Cleaned Coal") for head in heads)]
            if old
            else ["Emission_Inventory", *heads]
        )
        ws.append([None if old else "unit", *(["Mt CO2"] * len(heads))])
        ws.append([None] * (len(heads) + 1))
        for row in rows:
            ws.append(row)
    book.save(path)
    return path


ENERGY_LINES = (
    "Total Final Consumption",
    "Farming, Forestry, Animal Husbandry, Fishery & Water Conservancy",
    "Coal Mining and Dressing",
    "Electric Power, Steam and Hot Water Production and Supply",
    "Other",
    "Urban",
    "Rural",
    None,
    "Inputs(+) outputs(-)",
    "Thermal Power",
    "Coal Washing",
    "Coke Input (-)",
    None,
    "Loss",
    "% Loss",
    "Total Consumption",
    None,
    "Non-Energy Use",
    "Foreign Airplanes&ships Refueling in China",
)
ENERGY_COLUMNS = {
    "Raw_Coal": "10^4 ton",
    "Cleaned_Coal": "10^4 ton",
    "Natural_Gas": "10^8 cu.m",
    "Heat": "1010 kj",
    "Electricity": "10^8 kwh",
    "Other_Energy": "10^4 tce",
}


def ceads_energy(
    path: Path,
    provinces: Sequence[str],
    sheet_year: str = "2019",
    change: Callable[[str, list[list[Any]]], None] | None = None,
) -> Path:
    """An energy inventory with true sums."""
    book = openpyxl.Workbook()
    book.active.title = "NOTE"
    for number, province in enumerate(provinces):
        rows: list[list[Any]] = []
        for line, name in enumerate(ENERGY_LINES):
            values = [float(((line + 1) * (at + 3) + number) % 11) for at in range(len(ENERGY_COLUMNS))]
            if name in ("Thermal Power", "Coal Washing"):
                values[1 if name == "Coal Washing" else 4] = -5.0
            if name in (None, "% Loss"):
                values = [0.0] * len(values)
            rows.append([name, *values])
        for at in range(1, len(ENERGY_COLUMNS) + 1):
            rows[0][at] = sum(row[at] for row in rows[1:7])
            rows[8][at] = sum(row[at] for row in rows[9:12])
        if change:
            change(province, rows)
        ws = book.create_sheet(province + sheet_year)
        ws.append(["Energy_inventory", *ENERGY_COLUMNS])
        ws.append(["unit", *ENERGY_COLUMNS.values()])
        for row in rows:
            ws.append(row)
    book.save(path)
    return path


def template_csv(path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> Path:
    """A filled template as CSV."""
    names = list(columns or dict.fromkeys(key for row in rows for key in row))
    lines = [",".join(names), *(",".join(str(row.get(name, "")) for name in names) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
