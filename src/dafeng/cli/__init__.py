"""The command line: parse, call, print."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 refused input, 2 usage, 130 interrupted."""
    from dafeng.catalog import LANGUAGES, DafengError, set_language, word

    for position, argument in enumerate(sys.argv[1:], 1):
        tag = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and position + 1 < len(sys.argv):
            tag = sys.argv[position + 1]
        if tag in LANGUAGES:
            set_language(tag)
    from dafeng.cli.commands import app
    from dafeng.cli.show import messages

    try:
        app()
    except DafengError as error:
        messages().print(str(error), style="red", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        messages().print(word("error.interrupted"), style="yellow", markup=False)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
