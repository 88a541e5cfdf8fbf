"""Where the simplex method stopped, carried over to another program whose blocks bear the same names.

A basis says of every column and row whether it is basic or at which bound it stands. Between two programs that differ
in what is wanted, allowed or paid, most of it stays; blocks, and labels along their axes, say what belongs together.
What the other program has not is left out, what it has more stands at a bound (rows: basic); HiGHS mends the rest.
The optimum does not depend on where a run starts, only the time that it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.blocks import Block, Floats

Codes = NDArray[np.int8]
Labels = tuple[tuple[str, ...], ...]
STATUSES = (
    highspy.HighsBasisStatus.kLower,
    highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper,
    highspy.HighsBasisStatus.kZero,
    highspy.HighsBasisStatus.kNonbasic,
)
LOWER, BASIC, UPPER, ZERO = range(4)
CODE = {status: code for code, status in enumerate(STATUSES)}


@dataclass(frozen=True)
class Part:
    """The statuses of a block, by the labels of its axes."""

    labels: Labels
    codes: Codes


@dataclass(frozen=True)
class Basis:
    """The statuses of all blocks of columns and rows, by the name of the block."""

    columns: Mapping[str, Part]
    rows: Mapping[str, Part]

    @classmethod
    def of(cls, lp: LinearProgram, found: highspy.HighsBasis, periods: Sequence[str] = ()) -> Basis:
        """The basis at which a run on a program ended.

        Args:
            periods: names of the periods of the program, so that a program of others can take it over.
        """
        return cls(
            _parts(lp.column_blocks(), np.array([CODE[s] for s in found.col_status], dtype=np.int8), periods),
            _parts(lp.row_blocks(), np.array([CODE[s] for s in found.row_status], dtype=np.int8), periods),
        )

    def onto(self, lp: LinearProgram, periods: Sequence[str] = ()) -> highspy.HighsBasis:
        """The basis of another program."""
        basis = highspy.HighsBasis()
        columns = _carried(self.columns, lp.column_blocks(), _at_bound(lp.lower, lp.upper), periods)
        rows = _carried(self.rows, lp.row_blocks(), np.full(lp.shape[0], BASIC, dtype=np.int8), periods)
        basis.col_status = [STATUSES[code] for code in columns]
        basis.row_status = [STATUSES[code] for code in rows]
        basis.valid = True
        basis.alien = True
        return basis


def _at_bound(lower: Floats, upper: Floats) -> Codes:
    return np.where(np.isfinite(lower), LOWER, np.where(np.isfinite(upper), UPPER, ZERO)).astype(np.int8)


def _labels(block: Block, periods: Sequence[str]) -> Labels:
    """The labels of a block; periods by their place, so that one period can begin where another ended."""
    axes = block.axes if block.axes is not None else tuple(range(length) for length in block.shape)
    return tuple(tuple(_placed(str(label), periods) for label in axis) for axis in axes)


def _placed(label: str, periods: Sequence[str]) -> str:
    for place, period in enumerate(periods):
        if label.startswith(period) or label.endswith(period):
            return label.replace(period, f"#{place}")
    return label


def _parts(blocks: Iterable[Block], codes: Codes, periods: Sequence[str]) -> dict[str, Part]:
    return {block.name: Part(_labels(block, periods), codes[block.slice].reshape(block.shape)) for block in blocks}


def _carried(parts: Mapping[str, Part], blocks: Iterable[Block], codes: Codes, periods: Sequence[str]) -> Codes:
    """Statuses of known entries; those of the others as given."""
    for block in blocks:
        part = parts.get(block.name)
        if part is None or part.codes.ndim != len(block.shape) or not block.size:
            continue
        labels = _labels(block, periods)
        if labels == part.labels:
            codes[block.slice] = part.codes.ravel()
            continue
        own, theirs = [], []
        for mine, known in zip(labels, part.labels, strict=True):
            place = {label: n for n, label in enumerate(known)}
            shared = [n for n, label in enumerate(mine) if label in place]
            own.append(np.array(shared, dtype=np.int64))
            theirs.append(np.array([place[mine[n]] for n in shared], dtype=np.int64))
        table = codes[block.slice].reshape(block.shape)
        table[np.ix_(*own)] = part.codes[np.ix_(*theirs)]
    return codes
