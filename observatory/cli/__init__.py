"""The command line: one clear message for a user's error, never a traceback.

One file a group of commands. Knows every other room but the app; results go to standard output,
the rest to standard error.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import typer
from typer.core import TyperGroup

from observatory.cli import (
    find_commands,
    history_commands,
    place_commands,
    programme_commands,
    scenario_commands,
    sheet_command,
    siting_command,
)
from observatory.cli.commands import app
from observatory.errors import FULL, ChoiceError, ObservatoryError

__all__ = ["app", "main"]


class Studies(TyperGroup):
    """The commands of the studies, imported when one is asked for: they bring all that computes."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the studies."""
        return list(_studies().list_commands(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a study."""
        return _studies().get_command(ctx, cmd_name)


@cache
def _studies() -> Any:
    from observatory.cli import study_commands

    return typer.main.get_command(study_commands.app)


app.add_typer(place_commands.app)
app.add_typer(
    typer.Typer(cls=Studies, no_args_is_help=True),
    name="study",
    help="How sure the ranking is, what moves it, how evenly help is shared, and the method.\n\n"
    "The same seed gives the same figures.",
)
app.add_typer(find_commands.app)
app.add_typer(history_commands.app)
app.add_typer(scenario_commands.app)
app.add_typer(siting_command.app)
app.add_typer(programme_commands.app)
app.add_typer(sheet_command.app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; a user's error never shows a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names have accents whatever the locale says.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = _run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader left (head, less): nothing is wrong, and Python must not flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno not in FULL:
            raise
        with suppress(OSError, ValueError):  # what is left in the buffer has nowhere to go
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _explain(_no_room(error), "--debug" in given)
    return code


def _no_room(error: OSError) -> ChoiceError:
    return ChoiceError(
        "output",
        expected="a place where more can be written",
        found=error.strerror or str(error),
        next_step="free some room, or write elsewhere",
    )


def _run(given: list[str]) -> int:
    try:
        app(given, prog_name="observatory")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BrokenPipeError:
        raise
    except ObservatoryError as error:
        return _explain(error, "--debug" in given)
    except OSError as error:
        if error.errno in FULL:
            return _explain(_no_room(error), "--debug" in given)
        return _unexpected(error, "--debug" in given)
    except Exception as error:  # the last net: one sentence in place of a trace
        return _unexpected(error, "--debug" in given)
    return 0


def _unexpected(error: Exception, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    words = str(error).splitlines()[0] if str(error) else "no message"
    typer.echo(f"unexpected failure: {type(error).__name__}: {words}", err=True)
    typer.echo("run it again with observatory --debug for the trace, and report it", err=True)
    return 1


def _explain(error: ObservatoryError, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    lines = (
        f"error: {error.where}",
        f"  expected:  {error.expected}",
        f"  found:     {error.found}",
        f"  what next: {error.next_step}",
    )
    typer.echo("\n".join(lines), err=True)
    return error.exit_code
