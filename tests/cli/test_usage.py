"""Help and refusals of the command line in the language of the call."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from dafeng import catalog
from dafeng.cli.commands import app
from dafeng.cli.usage import command_of, said

REFUSED = {
    "unknown option": (["roadmap", "--yer", "2030"], ("--yer", "--year")),
    "unknown command": (["plan", "powr"], ("powr", "power, import", "ensemble")),
    "option without its value": (["plan", "--scenario"], ("--scenario",)),
    "value of a switch": (["plan", "--actions=3"], ("--actions",)),
    "missing argument": (["roadmap"], ("region",)),
    "an argument more": (["roadmap", "CN-HE", "CN-BJ"], ("CN-BJ",)),
    "no number": (["plan", "--days", "many"], ("--days", "many")),
    "none of several": (["plan", "-f", "xml"], ("--format", "xml", "table, json, csv")),
    "unknown language": (["--lang", "xx", "run"], ("--lang", "xx", "zh, ja, en")),
}
KNOWN_TO_TYPER = ("Usage", "Options", "Commands", "Arguments", "OPTIONS", "COMMAND", "default", "Show this", "Try ")


@pytest.mark.parametrize("lang", catalog.LANGUAGES)
@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_call_is_told_what_was_found_and_what_is_allowed(case: str, lang: str) -> None:
    arguments, named = REFUSED[case]
    with catalog.use(lang), pytest.raises(Exception) as refused:  # noqa: PT011 (the class is private to the parser)
        command_of(app)(arguments, standalone_mode=False)
    error: Any = refused.value
    with catalog.use(lang):
        text = said(error)
    assert all(name in text for name in named), text
    left = text
    for name in sorted(("region", "import", *named, *app_words()), key=len, reverse=True):
        left = left.replace(name, "")
    assert lang == "en" or not any(letter.isascii() and letter.isalpha() for letter in left), text


def app_words() -> list[str]:
    """Names that stand in messages in every language: options, commands."""
    plan = command_of(app).commands["plan"].commands
    return [*plan, "--plan", "--lang", "--year", "--help", "--name"]


@pytest.mark.parametrize(("lang", "heading"), [("ja", "オプション"), ("zh", "选项"), ("en", "Options")])
def test_help_is_in_the_language_of_the_call(lang: str, heading: str) -> None:
    call = [sys.executable, "-m", "dafeng", "--lang", lang, "plan", "--help"]
    shown = subprocess.run(call, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert heading in shown
    assert lang == "en" or not [text for text in KNOWN_TO_TYPER if text in shown]
