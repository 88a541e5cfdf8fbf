"""The options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dafeng import catalog
from dafeng.accounts import Choice
from dafeng.catalog import word
from dafeng.cli.show import Format


def option(*names: str, text: str, **more: Any) -> Any:
    """An option with its help from the catalogue of words."""
    return typer.Option(*names, help=word(text), **more)


def argument(text: str) -> Any:
    """An argument with its help from the catalogue of words."""
    return typer.Argument(help=word(text))


def _known_language(tag: str | None) -> str | None:
    """`main` has already set the language; here an unknown one is refused."""
    if tag is not None and tag not in catalog.LANGUAGES:
        raise typer.BadParameter(f"'{tag}' is not one of {', '.join(catalog.LANGUAGES)}")
    return tag


Folder = Annotated[Path, option("--workspace", "-w", text="cli.option.workspace")]
Form = Annotated[Format, option("--format", "-f", text="cli.option.format")]
Lang = Annotated[str | None, option("--lang", text="cli.option.lang", callback=_known_language)]
Overlay = Annotated[bool, option("--overlay/--no-overlay", text="cli.option.overlay")]
Dataset = Annotated[str | None, option("--dataset", text="cli.option.dataset")]
Factors = Annotated[str | None, option("--factors", text="cli.option.factors")]
Force = Annotated[bool, option("--force", text="cli.option.force")]
Region = Annotated[str, argument("cli.argument.region")]
DEFAULT = Path("dafeng-workspace")


def choice(factors: str | None) -> Choice:
    """The factor sets of an account: the default ones, or another set of fuel factors."""
    return Choice(fuels=factors) if factors else Choice()


def headings(*keys: str) -> dict[str, str]:
    """Columns with their headings in the language in use."""
    return {key: word(f"cli.column.{key}") for key in keys}
