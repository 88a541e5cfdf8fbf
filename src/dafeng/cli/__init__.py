"""The command line: parse, call, print."""

from __future__ import annotations

import os
import signal
import sys

from dafeng.cli import stopping

REFUSED, INTERRUPTED = 1, 130


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 refused input, 2 usage, 130 interrupted."""
    stopping.listen()
    try:
        code = _run()
    except BaseException:  # an engine turns an interruption into an exception of its own
        if not stopping.asked():
            raise
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        from dafeng.catalog import word

        sys.stderr.write(f"\n{word('error.interrupted')}\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)  # a solver's thread may still be at work; ending Python around it would abort
    sys.exit(code)


def _run() -> int:
    from dafeng.catalog import LANGUAGES, DafengError, set_language, word

    for before, argument in zip(["", *sys.argv[1:]], sys.argv[1:], strict=False):
        tag = argument if before == "--lang" else argument.removeprefix("--lang=")
        if tag in LANGUAGES and (before == "--lang" or tag != argument):
            set_language(tag)
    from dafeng.cli.commands import app
    from dafeng.cli.show import messages
    from dafeng.cli.usage import command_of

    try:
        command_of(app)(prog_name="dafeng")
    except DafengError as error:
        messages().print(str(error), style="red", markup=False, soft_wrap=True)
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except OSError as error:
        text = word("error.system", file=error.filename or "-", reason=error.strerror or error)
        messages().print(text, style="red", markup=False, soft_wrap=True)
        return REFUSED
    return 0
