"""Writes docs/pathway-model.md from the docstrings of the planning engine: run it after a change of the equations.

The mathematics stands beside the code (src/dafeng/pathway/system.py, equations/, and of policies and heat power/); the
page repeats it in reading order and adds nothing. tests/pathway/test_equations_page.py says whether the committed page
is up to date.
"""

from __future__ import annotations

import ast
import re
from inspect import cleandoc
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATHWAY = ROOT / "src" / "dafeng" / "pathway"
PAGE = ROOT / "docs" / "pathway-model.md"
PARTS = (
    "Steps",
    "Nodes",
    "Stocks",
    "Departures",
    "Processes",
    "Storages",
    "Lines",
    "Yearly",
    "Term",
    "Limit",
    "Reserve",
)
#: module of pathway/power -> family -> its title, in the order of the page
POLICIES = {
    "policies": {
        "co2_price": "CO2 price",
        "co2_cap": "CO2 cap",
        "coal_cap": "Coal cap",
        "shares": "Shares of generation",
        "co2_intensity": "CO2 intensity of generation",
        "capacity_bounds": "Floors and ceilings of capacity",
        "peak_response": "Response at the peak",
        "build_rates": "Build rates",
    },
    "operating_reserves": {"operating_reserves": "Operating reserve"},
    "firm": {
        "add_firm_limits": "Firm capacity of the whole",
        "add_stores": "Firm capacity from stores",
        "add_regional_firm_limits": "Firm capacity of a region",
        "handed_on": "Firm capacity handed on",
    },
    "corridor_renewables": {"add_corridor_renewables": "Renewables of new corridors"},
    "heat": {"add_heat": "Heat networks", "_heat_and_power": "Combined heat and power"},
}

HEAD = """# Planning model: sets, data, variables, equations

Written by `tools/equations_page.py` from the docstrings of `src/dafeng/pathway`; change those, not this page. Each
family of equations is one function, and `tests/pathway` computes an example of each by hand. A dual is the change of
the objective per unit of a row's right side: negative where one more saves cost.

"""


def page() -> str:
    """The page as it should be."""
    system = _tree(PATHWAY / "system.py")
    classes = {node.name: node for node in system.body if isinstance(node, ast.ClassDef)}
    sections = [HEAD + _text(system).partition("\n\n")[2]]
    sections.append("## Data")
    sections += [f"### {name}\n\n{_with_table(_text(classes[name]))}" for name in PARTS]
    sections.append("## Variables and objective\n\n" + _titled(_text(_tree(PATHWAY / "equations" / "columns.py"))))
    sections.append("## Equations")
    sections += [_family(*found) for found in _families()]
    sections.append("## Policies of the power model\n\n" + _titled(_text(_tree(PATHWAY / "power" / "policies.py"))))
    sections += [text for module in POLICIES for text in _policies(module)]
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _families() -> list[tuple[ast.Module, ast.FunctionDef]]:
    """The families in the order in which `model.build` enters them."""
    builder = next(node for node in _tree(PATHWAY / "model.py").body if isinstance(node, ast.FunctionDef))
    calls = [
        node.func.attr
        for node in ast.walk(builder)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "equations"
    ]
    where = {
        node.name: (module, node)
        for path in sorted((PATHWAY / "equations").glob("*.py"))
        for module in [_tree(path)]
        for node in module.body
        if isinstance(node, ast.FunctionDef)
    }
    return [where[name] for name in calls if name != "make_columns"]


def _family(module: ast.Module, function: ast.FunctionDef) -> str:
    title = function.name.replace("_", " ").capitalize()
    return f"### {title}\n\n{_titled(_text(module))}\n\n{_body(function)}"


def _policies(module: str) -> list[str]:
    """The families of a module of the power model; the first has what the module says of all of them."""
    tree = _tree(PATHWAY / "power" / f"{module}.py")
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    texts = [_body(found[name]) for name in POLICIES[module]]
    if module != "policies":
        texts[0] = f"{_titled(_text(tree))}\n\n{texts[0]}"
    return [f"### {title}\n\n{text}" for title, text in zip(POLICIES[module].values(), texts, strict=True)]


def _body(function: ast.FunctionDef) -> str:
    """The docstring without arguments and errors."""
    return re.split(r"\n\n(?:Args|Returns|Raises):\n", _text(function))[0]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _text(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> str:
    return cleandoc(ast.get_docstring(node, clean=False) or "")


def _titled(text: str) -> str:
    """The first line in italics, the rest as it is."""
    first, _, rest = text.partition("\n\n")
    return f"*{' '.join(first.split())}*" + (f"\n\n{rest}" if rest else "")


def _with_table(text: str) -> str:
    """The `Attributes` of a class as a table."""
    about, _, attributes = text.partition("\nAttributes:\n")
    if not attributes:
        return about
    rows: list[tuple[str, str]] = []
    for line in cleandoc(attributes).splitlines():
        found = re.match(r"(\w[\w, ]*): (.*)", line) if not line.startswith(" ") else None
        if found:
            rows.append((found[1], found[2]))
        else:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {line.strip()}")
    table = ["| field | shape, unit, meaning |", "|---|---|"]
    table += [f"| {_code(names)} | {_cell(meaning)} |" for names, meaning in rows]
    return about.strip() + "\n\n" + "\n".join(table)


def _code(names: str) -> str:
    return ", ".join(f"`{name.strip()}`" for name in names.split(","))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
