"""Help and refusals of the command line in the language in use; Typer has them in English only."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer import rich_utils

from dafeng.catalog import nearest, word

PANELS = {
    "ARGUMENTS_PANEL_TITLE": "arguments",
    "OPTIONS_PANEL_TITLE": "options",
    "COMMANDS_PANEL_TITLE": "commands",
    "ERRORS_PANEL_TITLE": "error",
    "DEFAULT_STRING": "default",
    "REQUIRED_LONG_STRING": "required",
    "ABORTED_TEXT": "aborted",
    "RICH_HELP": "try",
}
"""Name of a text of Typer -> word."""
_show = rich_utils.rich_format_error


def command_of(app: typer.Typer) -> Any:
    """The command of an application, with all its texts in the language in use."""
    blanks = {"value": "{}", "command": "{command_path} {help_option}"}
    spoken: dict[str, Any] = {name: word(f"cli.usage.{key}", **blanks) for name, key in PANELS.items()}
    for name, what in (spoken | {"rich_format_error": _shown}).items():
        setattr(rich_utils, name, what)
    command = typer.main.get_command(app)
    _speak(command)
    return command


def _shown(error: Any) -> None:
    text = said(error)
    error.format_message = lambda: text
    _show(error)


def _speak(command: Any) -> None:
    def usage(context: Any, formatter: Any) -> None:
        pieces = " ".join(command.collect_usage_pieces(context))
        formatter.write_usage(context.command_path, pieces, prefix=word("cli.usage.usage") + " ")

    command.format_usage = usage
    command.options_metavar = word("cli.usage.options_metavar")
    help_option = command.get_help_option(command.context_class(command))
    if help_option is not None:
        help_option.help = word("cli.usage.help")
    if hasattr(command, "commands"):
        command.subcommand_metavar = word("cli.usage.command_metavar")
        for sub in command.commands.values():
            _speak(sub)


def said(error: Any) -> str:
    """What was wrong with a call: what was found, what is allowed.

    Args:
        error: of the parser. What this module does not know keeps the text it has.
    """
    kind, text = type(error).__name__, str(error.message)
    context = getattr(error, "ctx", None)
    commands = list(getattr(context.command, "commands", {})) if context is not None else []
    if kind == "NoSuchOption":
        options = [name for one in context.command.get_params(context) for name in one.opts] if context else []
        return word("cli.usage.no_option", found=error.option_name, near=nearest(error.option_name, options))
    if kind == "BadOptionUsage":
        return word(
            "cli.usage.no_value" if "does not take" in text else "cli.usage.value_wanted", option=error.option_name
        )
    if kind == "MissingParameter":
        return word("cli.usage.missing", name=_name(error.param))
    if kind == "BadParameter" and error.param is not None:
        return word("cli.usage.bad_value", name=_name(error.param), found=_found(error), allowed=_allowed(text))
    if (found := re.match(r"No such command '(.*?)'", text)) is not None:
        return word(
            "cli.usage.no_command", found=found[1], near=nearest(found[1], commands), allowed=", ".join(commands)
        )
    if text.startswith("Missing command"):
        return word("cli.usage.command_wanted", allowed=", ".join(commands))
    if (found := re.match(r"Got unexpected extra argument\(?s?\)? \((.*)\)", text)) is not None:
        return word("cli.usage.extra", found=found[1])
    return text


def _name(parameter: Any) -> str:
    return str(parameter.opts[0] if parameter.param_type_name == "option" else parameter.name)


def _found(error: Any) -> str:
    """The value that was given: quoted in the message, or kept by the check that refused it."""
    if (quoted := re.search(r"'(.*?)'", error.message)) is not None:
        return quoted[1]
    refused: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    return str(refused[0]["input"]) if refused else "-"


def _allowed(text: str) -> str:
    if (several := re.search(r"one of (.*?)\.?$", text)) is not None:
        return several[1].replace("'", "")
    for kind, sign in (("integer", "int"), ("number", "float|number")):
        if re.search(sign, text):
            return word(f"cli.usage.{kind}")
    return text
