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
    from observatory.build.many import build_many
    from observatory.build.update_dataset import make_tasks
    from observatory.geo.perimeter import find_perimeter
    from observatory.places.french_communes import commune_table

    codes, url = _territories(where, asked), absolute(asked.dataset)
    france, far = commune_table(where.data), metres(asked.around_km)
    perimeters = {code: find_perimeter(code, france, far) for code in codes}
    optional = dict.fromkeys(codes, asked.optional)
    tasks = make_tasks(sources, url, where, perimeters, optional) if codes else []
    done: list[Outcome] = []
    for outcome in build_many(tasks, engine, say) if tasks else ():
        done.append(outcome)
        say_done(outcome, len(done), len(tasks))
    show(_report(done))
    say(f"written: {asked.dataset}")
    end(done)


def metres(kilometres: float | None) -> float | None:
    """Return what ``--around`` asks for, in metres."""
    return None if kilometres is None else 1000 * kilometres


def say_done(outcome: Outcome, count: int, every: int) -> None:
    """Say what came of a territory, and how many of them are done."""
    from observatory.build.many import explain

    state = "built" if outcome.error is None else f"not built: {explain(outcome.error)}"
    say(f"{count}/{every} {outcome.territory} {state}")


def end(done: Sequence[Outcome]) -> None:
    """End with the code that says whether some, or all, of the territories could not be built.

    Raises
    ------
    Exit
        Some could not be built.
    InputError
        None could.
    """
    failed = [one.error for one in done if one.error is not None]
    if failed and len(failed) == len(done):
        raise failed[0]
    if failed:
        raise typer.Exit(SOME_FAILED)


def _territories(where: Settings, asked: Asked) -> tuple[str, ...]:
    from observatory.build.many import missing

    found = named(where, asked.territories, asked.codes)
    if not found:
        raise wrong("--dataset", "at least one --territory, or --territories FILE", "none")
    return missing(found, absolute(asked.dataset)) if asked.only_missing else found


def named(where: Settings, territories: Sequence[str], codes: Path | None) -> tuple[str, ...]:
    """Return the codes of the territories that the options name, each once."""
    from observatory.geo.many_territories import codes_in, many_territories
    from observatory.places.french_communes import commune_table
    from observatory.read.text_files import read_text

    listed = codes_in(read_text(codes)) if codes else ()
    return many_territories([*territories, *listed], commune_table(where.data))


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
