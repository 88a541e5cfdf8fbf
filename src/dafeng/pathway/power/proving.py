"""The solution of a plan that is taken: the first of the portfolio that is proved to be good enough."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from dafeng.pathway.acceptance import Accuracy
from dafeng.pathway.certificate import Certificate, certify
from dafeng.pathway.interior import block_of_columns
from dafeng.pathway.model import Model
from dafeng.pathway.outcome import Attempt, Interrupted, NotSolved, Solution
from dafeng.pathway.recipes import Recipe, portfolio
from dafeng.pathway.solvers import Progress, Session
from dafeng.pathway.telling import Tell

ROUGH = Accuracy(primal=0.3, dual=0.3, gap=1e-3)
"""What a solution must reach to be certified. A first-order method breaks rows that hardly matter by a good part of
what is largest in their block, as where days hand over a few GWh of hydrogen. The certificate keeps all rows of its own
plan and says what that is worth, so what is turned away here is only what cannot be a solution."""
GAP = 5e-4
"""Certified gap above which the next recipe is tried, and above which a plan does not hold."""


NOT_TAKEN = "certificate"
"""Fault of an attempt that was accepted, but whose certificate is worse than that of another."""


@dataclass
class Clock:
    """CPU seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.process_time)

    def stop(self, step: str) -> None:
        now = time.process_time()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._since
        self._since = now


def certified(model: Model, tell: Tell, clock: Clock, recipes: tuple[Recipe, ...] = ()) -> tuple[Solution, Certificate]:
    """The first solution of the portfolio, or of the recipes that are asked for, whose certificate is good enough; else
    the one with the smallest gap. It carries the attempts of all that were tried; its own is the last."""
    session = Session(model.lp, block_of_columns(model))
    left = recipes or portfolio(session.facts(), ROUGH)
    found: list[tuple[Solution, Certificate]] = []
    attempts: list[Attempt] = []
    while left:
        try:
            solution = session.solve(
                left,
                accuracy=ROUGH,
                bound=False,
                progress=lambda now: tell(f"solve {now.recipe}", _share_of_solving(now)),
            )
        except Interrupted:
            raise
        except NotSolved as error:
            if not found:
                raise
            attempts += error.attempts
            break
        clock.stop("solve")
        certificate = certify(model, solution, lambda stage, share: tell(stage, 0.5 + 0.1 * share))
        clock.stop("certify")
        found.append((solution, certificate))
        attempts += solution.attempts
        if certificate.gap <= GAP and certificate.holds:
            break
        left = left[left.index(solution.recipe) + 1 :]
    solution, certificate = min(found, key=lambda pair: (not pair[1].holds, pair[1].gap))
    own = solution.attempts[-1]
    others = [replace(one, faults=one.faults or (NOT_TAKEN,)) for one in attempts if one is not own]
    return replace(solution, attempts=(*others, own)), certificate


def _share_of_solving(now: Progress) -> float:
    """Solving is told as 0.05 to 0.5 of a plan; where a solver does not say how far it is, by the time it takes."""
    return min(0.05 + (0.45 * now.share if now.share is not None else now.seconds / 600), 0.5)
