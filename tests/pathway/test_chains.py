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


def fails() -> Chain[list[int]]:
    yield
    raise ArithmeticError("no")


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
    with pytest.raises(ArithmeticError, match="no"):
        run_chains([fails(), chain(list(range(1000)), ran, 0.01)], lambda _: None)
    assert len(ran) < 1000


def test_no_more_chains_run_at_a_time_than_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one core one after the other, each from its begin to its end; if one fails, those that wait never begin."""
    monkeypatch.setattr("dafeng.pathway.chains.cores", lambda: 1)
    ran: list[int] = []
    chains = [chain([0, 1, 2], ran, 0.01), chain([3, 4], ran), chain([5], ran)]
    assert run_chains(chains, lambda _: None) == [[0, 10, 20], [30, 40], [50]]
    assert ran == [0, 1, 2, 3, 4, 5]
    with pytest.raises(ArithmeticError, match="no"):
        run_chains([fails(), chain([6], ran)], lambda _: None)
    assert 6 not in ran
