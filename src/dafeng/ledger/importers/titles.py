"""Years in titles, sheet names and file names."""

from __future__ import annotations

import re
import unicodedata

from dafeng.ledger.importers.cells import YEARS

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_EDITION = re.compile(
    r"年鉴\W*(?:19|20)\d{2}|(?:19|20)\d{2}\W*年?\W*(?:年鉴|年版|版)|yearbook\W*(?:19|20)\d{2}|"
    r"(?:19|20)\d{2}\W*(?:edition|yearbook)",
    re.IGNORECASE,
)
_CHINESE_YEAR = re.compile(r"[一二][〇○零O0九九八七六五四三二一]{3}(?=年)")
_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")


def years_in(typed: str) -> set[int]:
    """The years that a text names, the edition of a yearbook left out."""
    plain = unicodedata.normalize("NFKC", typed)
    plain = _CHINESE_YEAR.sub(lambda found: found[0].translate(_DIGITS), plain)
    plain = _EDITION.sub(" ", plain)
    return {int(year) for year in _YEAR.findall(plain) if int(year) in YEARS}


def year_of(typed: str) -> int | None:
    """The one year that a text names; None where it names none or several."""
    found = years_in(typed)
    return found.pop() if len(found) == 1 else None
