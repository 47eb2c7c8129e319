"""How a table is defined: what a row is, its key, its columns and its reference system."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.tables.columns import Column

#: The official projections in metres: Lambert-93, then those of the Antilles, Guyane, La Réunion,
#: Saint-Pierre-et-Miquelon and Mayotte. A layer in metres is in that of its own place.
METRES = (2154, 5490, 2972, 2975, 4467, 4471)


@dataclass(frozen=True)
class Table:
    """A table's promise.

    Attributes
    ----------
    name
        The table's name; its file is ``<name>.parquet``.
    row
        What a row is, in one sentence.
    key
        The columns that together name a row; never missing, never twice.
    columns
        Its columns, in order.
    crs
        EPSG codes that its geometry may have, or ``None`` for a table without one.
    source
        The sources of the columns that name none of their own.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    crs: tuple[int, ...] | None = None
    source: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names) or not set(self.key) <= set(names):
            raise ValueError(f"table {self.name}: a column stands twice, or a key is no column")

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.columns]

    def source_of(self, name: str) -> tuple[str, ...]:
        """Return the sources of one column, by their identifiers in ``data/registry.toml``."""
        return self.column(name).source or self.source

    def column(self, name: str) -> Column:
        """Return one column by its name."""
        return next(column for column in self.columns if column.name == name)
