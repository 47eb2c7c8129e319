"""Promises kept: commands documented, columns described, names of contracts used."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
import typer
from typer.testing import CliRunner

from observatory import settings, tables
from observatory.cli import app
from observatory.tables.table import Table

README = settings.PROJECT / "README.md"
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group
MODULES = [
    importlib.import_module(f"observatory.tables.{module.name}")
    for module in pkgutil.iter_modules(tables.__path__)
]
TABLES = {
    value.name: value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, Table)
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_in_the_readme(command: str) -> None:
    assert f"`observatory {command}" in README.read_text(encoding="utf-8")


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    named = re.findall(r"`observatory ([a-z]+)", README.read_text(encoding="utf-8"))
    assert named
    assert set(named) <= set(COMMANDS)


def _every(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that has no others below it, with what is typed for it."""
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    around = click.Context(command)
    for name in command.list_commands(around):
        yield from _every(command.get_command(around, name), *path, name)


def test_the_help_of_a_command_shows_each_default_that_it_tells() -> None:
    seen = 0
    for path, command in _every(typer.main.get_command(app)):
        told = [re.search(r"\[default: .*?\]", one.help or "") for one in command.params]
        if wanted := [one[0] for one in told if one]:
            shown = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "700"}).stdout
            assert [one for one in wanted if one not in shown] == [], path
            seen += len(wanted)
    assert seen


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_says_what_it_is_and_every_measure_has_a_unit(name: str) -> None:
    table = TABLES[name]
    assert table.row
    for column in table.columns:
        assert column.description.strip(), column.name
        assert column.missing is None or column.missing.strip(), column.name
        if re.search(r"_(persons|pct|min|eur|m|h_per_week|h_per_100|km|etp)$", column.name):
            assert column.unit, f"{name}.{column.name}"
