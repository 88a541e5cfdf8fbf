"""Chains of blocks side by side: in order, told of from one thread, ended together."""

from __future__ import annotations

import threading
import time

import pytest

from dafeng.pathway.chains import Chain, run_chains


def chain(blocks: list[int], ran: list[int], pause: float = 0.0) -> Chain[list[int]]:
    found = []
    for block in blocks:
        time.sleep(pause)
        ran.append(block)
        found.append(10 * block)
        yield
    return found


def test_what_chains_find_comes_in_their_order() -> None:
    threads, counts = set(), []

    def tell(done: int) -> None:
        threads.add(threading.current_thread())
        counts.append(done)

    ran: list[int] = []
    assert run_chains([chain([0, 1, 2], ran, 0.02), chain([3], ran)], tell) == [[0, 10, 20], [30]]
    assert sorted(ran) == [0, 1, 2, 3]
    assert threads == {threading.main_thread()}
    assert counts[-1] == 4


def test_who_listens_can_end_all_chains() -> None:
    ran: list[int] = []

    def tell(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_chains([chain(list(range(1000)), ran, 0.01), chain(list(range(1000)), ran, 0.01)], tell)
    assert 0 < len(ran) < 1000


def test_a_chain_that_fails_ends_the_others() -> None:
    ran: list[int] = []

    def fails() -> Chain[list[int]]:
        yield
        raise ArithmeticError("no")

    with pytest.raises(ArithmeticError, match="no"):
        run_chains([chain(list(range(1000)), ran, 0.01), fails()], lambda _: None)
    assert len(ran) < 1000
