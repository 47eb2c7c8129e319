"""The part of ``build`` that writes many territories to one dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from observatory.cli.options import wrong
from observatory.cli.output import say, show, table
from observatory.words.catalogue import load_words
from observatory.words.numbers import number

if TYPE_CHECKING:
    from observatory.build.engine import Engine
    from observatory.build.many import Outcome
    from observatory.settings import Settings

#: Some territories could not be built.
SOME_FAILED = 1


@dataclass(frozen=True)
class Asked:
    """What the options of ``build`` ask for where there is a dataset."""

    dataset: str
    territories: tuple[str, ...]
    codes: Path | None
    optional: tuple[str, ...]
    around_km: float | None
    only_missing: bool


def refuse_alone(given: Sequence[Any]) -> None:
    """Refuse what belongs to one build alone."""
    if any(given):
        raise wrong(
            "--dataset",
            "no --out, --edition, --places, --francilin, --streets, --addresses, --positions, "
            "--geocode or --atom: they are of one build",
            "one of them",
        )


def refuse_many(territories: Sequence[str] | None, codes: Path | None) -> None:
    """Refuse several territories where there is no dataset to write them to."""
    many = len(territories or ()) > 1
    if many or codes is not None:
        found = f"{len(territories or ())} territories" if many else f"the list {codes}"
        raise wrong("--territory", "one territory, or --dataset for many", found)


def engine(scheduler: str, workers: int, retries: int) -> Engine:
    """Return where the tasks run."""
    from observatory.build.engine import Engine

    return Engine(scheduler, workers, retries)


def build_dataset(sources: Path, where: Settings, asked: Asked, engine: Engine) -> None:
    """Build territories into a dataset, and print a line for each.

    Raises
    ------
    Exit
        With code 1 where some could not be built.
    InputError
        None could be built, or none was named.
    """
    from observatory.build.many import Task, build_many, explain

    territories = _territories(where, asked)
    tasks = [
        Task(
            territory,
            sources.resolve(),
            absolute(asked.dataset),
            where,
            asked.optional,
            None if asked.around_km is None else 1000 * asked.around_km,
        )
        for territory in territories
    ]
    done: list[Outcome] = []
    for outcome in build_many(tasks, engine, say) if tasks else ():
        done.append(outcome)
        state = "built" if outcome.error is None else f"not built: {explain(outcome.error)}"
        say(f"{len(done)}/{len(tasks)} {outcome.territory} {state}")
    failed = [one.error for one in done if one.error is not None]
    show(_report(done))
    say(f"written: {asked.dataset}")
    if failed and len(failed) == len(tasks):
        raise failed[0]
    if failed:
        raise typer.Exit(SOME_FAILED)


def _territories(where: Settings, asked: Asked) -> tuple[str, ...]:
    from observatory.build.many import missing
    from observatory.geo.many_territories import codes_in, many_territories
    from observatory.places.french_communes import commune_table
    from observatory.read.text_files import read_text

    listed = codes_in(read_text(asked.codes)) if asked.codes else ()
    named = many_territories([*asked.territories, *listed], commune_table(where.data))
    if not named:
        raise wrong("--dataset", "at least one --territory, or --territories FILE", "none")
    return missing(named, absolute(asked.dataset)) if asked.only_missing else named


def absolute(dataset: str) -> str:
    """Return an address that means the same to workers that run in another folder."""
    return dataset if "://" in dataset else str(Path(dataset).resolve())


def refuse_unreadable(dataset: str) -> None:
    """Refuse a dataset that is not there, before a server starts for it.

    Raises
    ------
    InputError
        There is no dataset of territories at the address.
    """
    from observatory.tables.dataset import Dataset

    Dataset(dataset).catalogue()


def _report(done: Sequence[Outcome]) -> Any:
    rows = [
        (
            outcome.territory,
            str(row["name"]),
            str(row["departement"]),
            number(row["population"], "fr"),
            str(row["places"]),
            number(outcome.seconds, "fr", 1),
            str(row["not_covered"] or "").replace("|", ", "),
        )
        for outcome in sorted(done, key=lambda one: one.territory)
        if outcome.error is None
        for row in outcome.rows["catalogue"].to_dict("records")
    ]
    words = load_words("fr", "reports")
    return table([*words.group("dataset.heading").values()], rows, right=(3, 4, 5), whole=(0,))
