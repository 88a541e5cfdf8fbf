"""Processes that make runs in parallel: one thread each, deaf to Ctrl-C, gone when their parent is gone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What libraries of linear algebra read when they are loaded."""


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """An executor over new processes; what is still under way at its end is given up.

    Args:
        workers: how many processes.
    """
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    others = {child.pid for child in multiprocessing.active_children()}
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        with _ctrl_c_held_back():
            for _ in range(workers):
                pool.submit(os.getpid)
        yield pool
        pool.shutdown()
    except BaseException:
        _give_up(pool, others)
        raise
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _give_up(pool: ProcessPoolExecutor, others: set[int | None]) -> None:
    """End the processes of a pool. What waits is cancelled first: the thread that looks after the pool marks what still
    waits when a process is gone as failed, and stumbles over what is cancelled already."""
    keeper: threading.Thread | None = getattr(pool, "_executor_manager_thread", None)
    pool.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        if child.pid not in others:
            child.terminate()
    if keeper is not None:
        keeper.join()


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """What is started here meets no Ctrl-C before `_begin`; one that comes meanwhile reaches this process later."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


__all__ = ["processes"]
