"""Blocks that are run one after the other, in a few chains, as many of them side by side as there are cores.

How many chains there are never depends on the machine, so that what is found does not either.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from threadpoolctl import threadpool_limits

from dafeng.pathway.cores import cores

Found = TypeVar("Found")
Chain = Generator[None, None, Found]
"""Yields after each block; what it returns is what it found."""

CHAINS = 4
EVERY = 0.2
"""Seconds after which it is told again how many blocks are done."""


class _Stopped(Exception):
    """Another chain failed, or the run was ended."""


@dataclass
class _Done:
    blocks: int = 0
    stopped: bool = False


def run_chains(chains: Sequence[Chain[Found]], tell: Callable[[int], None]) -> list[Found]:
    """What the chains find, each run in a thread of its own, with one thread of linear algebra.

    Args:
        tell: told, from the caller's thread only, how many blocks are done; what it raises ends all chains.

    Raises:
        what a chain raises: it ends the others too.
    """
    done = _Done()
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(len(chains), cores())) as pool:
        jobs = [pool.submit(_to_its_end, chain, done) for chain in chains]
        try:
            while not all(job.done() for job in jobs):
                wait(jobs, timeout=EVERY)
                tell(done.blocks)
        except BaseException:
            done.stopped = True
            raise
    for job in jobs:
        if (error := job.exception()) is not None and not isinstance(error, _Stopped):
            raise error
    return [job.result() for job in jobs]


def _to_its_end(chain: Chain[Found], done: _Done) -> Found:
    while not done.stopped:
        try:
            next(chain)
        except StopIteration as end:
            found: Found = end.value
            return found
        except BaseException:
            done.stopped = True
            raise
        done.blocks += 1
    raise _Stopped
