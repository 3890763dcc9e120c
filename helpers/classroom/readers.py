"""Read many hand-ins at the same time; one that ends the process that reads it does not stop the others."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import TypeVar

from ..core import in_browser

A = TypeVar("A")
T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 4  # contents in memory for each process
_LONGEST_TOLD = 300
ENDED = (
    "could not be read: the system ended the process that read it, probably because the memory is full. It was left "
    "out; close other programs and run it again"
)


class Readers:
    """Where hand-ins are read: in an executor, or without one in this process.

    An executor that breaks is replaced by processes of this machine. What it was reading is read once more, each in a
    process of its own, so that it is known which hand-in it was.
    """

    def __init__(self, executor: Executor | None) -> None:
        self._executor = executor
        self._own: list[Executor] = []

    def start_processes(self) -> None:
        """Read in processes of this machine from now on; a browser has none."""
        if not in_browser():
            self._executor = ProcessPoolExecutor(os.cpu_count())
            self._own.append(self._executor)

    def close(self) -> None:
        """End the processes."""
        for one in self._own:
            one.shutdown(cancel_futures=True)

    def each(self, do: Callable[[T], R], items: Iterable[tuple[A, T | str]]) -> Iterator[tuple[A, R | str]]:
        """Do something with each item and yield the results in order; items that are a message stay."""
        waiting: deque[tuple[A, T | str, Future[R | str] | None, Executor | None]] = deque()
        ahead = _AHEAD * (os.cpu_count() or 1)
        for about, item in items:
            if isinstance(item, str):
                waiting.append((about, item, None, None))
            elif self._executor is None:
                yield about, safely(do, item)
            else:
                waiting.append((about, item, self._begun(do, item), self._executor))
            while len(waiting) > ahead:
                yield self._taken(do, *waiting.popleft())
        while waiting:
            yield self._taken(do, *waiting.popleft())

    def _begun(self, do: Callable[[T], R], item: T) -> Future[R | str]:
        assert self._executor is not None
        try:
            return self._executor.submit(safely, do, item)
        except (BrokenExecutor, RuntimeError):  # it broke with an earlier item, or was shut down
            self.start_processes()
            return self._executor.submit(safely, do, item)

    def _taken(
        self, do: Callable[[T], R], about: A, item: T | str, future: Future[R | str] | None, where: Executor | None
    ) -> tuple[A, R | str]:
        if future is None or isinstance(item, str):
            return about, str(item)
        try:
            return about, future.result()
        except Exception:  # `safely` raises none, so the executor did: each kind of executor has its own
            if where is self._executor:
                self.start_processes()
            return about, _alone(do, item)


def _alone(do: Callable[[T], R], item: T) -> R | str:
    """Do something in a process of its own; if that is ended too, it is the item that ends it."""
    with ProcessPoolExecutor(1) as one:
        try:
            return one.submit(safely, do, item).result()
        except BrokenExecutor:
            return ENDED


def safely(do: Callable[[T], R], item: T) -> R | str:
    """Do something with what was handed in; whatever goes wrong is told, so that the others are read."""
    try:
        return do(item)
    except Exception as error:
        return f"could not be read: {type(error).__name__}: {error}"[:_LONGEST_TOLD]
