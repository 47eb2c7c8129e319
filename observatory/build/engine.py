"""One piece of work for each of many items: in this process, or on the workers of Dask.

Dask runs a lost worker's work again on another one; a piece that fails for no reason of its input
is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, TypeVar

from observatory.errors import ChoiceError, InputError

Item = TypeVar("Item")
Result = TypeVar("Result")
#: Times that a worker may be lost over one piece before the piece is given up.
LOST_WORKERS = 3


@dataclass(frozen=True)
class Engine:
    """Where work runs.

    Attributes
    ----------
    scheduler
        Address of a Dask scheduler (``tcp://host:8786``); empty for workers of this machine.
    workers
        How many workers of this machine; one is this process.
    retries
        How often a piece that fails is tried again; what is wrong with its input stays wrong.
    """

    scheduler: str = ""
    workers: int = 1
    retries: int = 2

    @property
    def on_dask(self) -> bool:
        """Whether the work runs on workers of Dask.

        Raises
        ------
        ChoiceError
            A scheduler is named and Dask is not installed.
        """
        there = find_spec("distributed") is not None
        if self.scheduler and not there:
            raise ChoiceError(
                f"option --scheduler {self.scheduler}",
                expected="the package distributed, of the extra 'national'",
                found="it is not installed",
                next_step="pip install 'observatoire-plaine-connexion[national]', or leave the "
                "option out",
            )
        return there and bool(self.scheduler or self.workers > 1)

    def run(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        beside: Callable[[Item], str] = lambda item: "",
    ) -> Iterator[tuple[Item, Result | Exception]]:
        """Yield each item with its result, or with the error that stood after all tries.

        On Dask they come as they are done, in any order.

        Parameters
        ----------
        beside
            What items have in common that do best one after another on one worker. It is no
            promise: a worker that has nothing left takes what another one has still to do.
        """
        if self.on_dask:
            yield from self._on_dask(work, items, beside)
            return
        for group in grouped(items, beside, len(items)):
            for item in group:
                yield item, self._here(work, item)

    def _here(self, work: Callable[[Item], Result], item: Item) -> Result | Exception:
        failed: Exception = RuntimeError("not tried")
        for _ in range(self.retries + 1):
            try:
                return work(item)
            except InputError as error:
                return error
            except Exception as error:
                failed = error
        return failed

    def _on_dask(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        beside: Callable[[Item], str],
    ) -> Iterator[tuple[Item, Result | Exception]]:
        from distributed import as_completed

        with ExitStack() as stack:
            client = self._client(stack)
            asked: dict[str, Item] = {}
            futures: list[Any] = []
            for group, worker in _placed(items, beside, sorted(client.nthreads())):
                # A name of its own for each piece: two runs on one scheduler share nothing.
                sent = client.map(
                    _Kept(work),
                    group,
                    pure=False,
                    retries=self.retries,
                    key="territory",
                    workers=worker,
                    allow_other_workers=worker is not None,
                )
                asked.update(zip((future.key for future in sent), group, strict=True))
                futures += sent
            done = as_completed(futures)  # type: ignore[no-untyped-call]  # Dask is untyped
            for future in done:
                if future.status == "finished":
                    yield asked[future.key], future.result()
                else:
                    yield asked[future.key], _error(future)
                future.release()

    def _client(self, stack: ExitStack) -> Any:
        import dask
        import distributed

        # Dask is untyped.
        dask_client: Any = distributed.Client
        local_cluster: Any = distributed.LocalCluster
        lost = {"distributed.scheduler.allowed-failures": LOST_WORKERS}
        stack.enter_context(dask.config.set(lost))
        if self.scheduler:
            try:
                return _entered(stack, dask_client(self.scheduler))
            except OSError as error:
                raise ChoiceError(
                    f"option --scheduler {self.scheduler}",
                    expected="a Dask scheduler that answers",
                    found=str(error).split("\n", 1)[0],
                    next_step="start one (dask scheduler, then dask worker on each machine), or "
                    "leave the option out",
                ) from error
        cluster = local_cluster(
            n_workers=self.workers, threads_per_worker=1, dashboard_address=None
        )
        return _entered(stack, dask_client(_entered(stack, cluster)))


def grouped(items: Sequence[Item], beside: Callable[[Item], str], most: int) -> list[list[Item]]:
    """Return items in groups of what they have in common, none of more than some items."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(beside(item), []).append(item)
    return [
        group[start : start + most]
        for group in groups.values()
        for start in range(0, len(group), max(most, 1))
    ]


def _placed(
    items: Sequence[Item], beside: Callable[[Item], str], workers: Sequence[str]
) -> Iterator[tuple[list[Item], str | None]]:
    """Yield groups of items, each with the worker that has the fewest before it.

    No worker has more than its share; none is named where no worker is there yet.
    """
    load = dict.fromkeys(workers, 0)
    for group in grouped(items, beside, -(-len(items) // max(len(workers), 1))):
        worker = min(load, key=lambda one: load[one], default=None)
        if worker is not None:
            load[worker] += len(group)
        yield group, worker


@dataclass(frozen=True)
class _Kept:
    """Work whose errors of input are a result: they are not tried again."""

    work: Callable[[Any], Any]

    def __call__(self, item: Any) -> Any:
        try:
            return self.work(item)
        except InputError as error:
            return error


def _error(future: Any) -> Exception:
    found = future.exception()
    return found if isinstance(found, Exception) else RuntimeError(str(found))


def _entered(stack: ExitStack, one: AbstractContextManager[Any]) -> Any:
    return stack.enter_context(one)
