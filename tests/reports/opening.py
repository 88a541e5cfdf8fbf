"""A page opened in a browser as its reader opens it: as a file, in a language, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def opened(browser: Any, path: Path, lang: str, faults: list[str]) -> Any:
    """The page when it is ready; errors and warnings of its scripts go into `faults`."""
    page = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}).new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{path.as_uri()}#lang={lang}")
    page.wait_for_selector("html[data-ready='1']", timeout=30_000)
    return page
