"""One root error; user errors say where, what was expected, what was found and what to do next.

Exit codes of the command line:

==== =====================================================================
code meaning
==== =====================================================================
0    done
1    an unexpected failure of the observatory itself
2    bad input: a file, an option or a build that cannot be used as it is
3    a download failed after its retries, or an object store did not answer
==== =====================================================================

``observatory update`` also leaves with 3 where some official file could not be taken and the build
was made without it; with 2 no build was made, and the former one stands. ``observatory status``
leaves with 1 where a source has stood still for longer than it should. Of a dataset, ``build``
and ``update`` leave with 1 where some territory could not be built, with 2 where none could.
"""

from __future__ import annotations

import errno
from pathlib import Path

#: What the system says where nothing more can be written: full, over a quota, read only.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})


class ObservatoryError(Exception):
    """Root of every error that the observatory raises on purpose.

    Parameters
    ----------
    where
        The file, table, column, option or line concerned.
    expected
        What would have been accepted.
    found
        What was there instead.
    next_step
        What the user can do about it.
    """

    exit_code = 1

    def __init__(self, where: str, *, expected: str, found: str, next_step: str) -> None:
        self.where = where
        self.expected = expected
        self.found = found
        self.next_step = next_step
        super().__init__(f"{where}: expected {expected}; found {found}. What next: {next_step}")

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.where, self.expected, self.found, self.next_step))


def _rebuild(
    kind: type[ObservatoryError], where: str, expected: str, found: str, next_step: str
) -> ObservatoryError:
    return kind(where, expected=expected, found=found, next_step=next_step)


class InputError(ObservatoryError, ValueError):
    """Input that cannot be used as it is."""

    exit_code = 2


class MissingInputError(InputError, FileNotFoundError):
    """A file, folder or build that is not there."""


def no_project_file(path: Path, what: str) -> MissingInputError:
    """Return the error of a file of the project's own data folder that is not there.

    Parameters
    ----------
    what
        What the file is: ``the file of assumptions``.
    """
    return MissingInputError(
        str(path),
        expected=what,
        found="no such file",
        next_step="set OBSERVATORY_DATA to the project's data folder",
    )


class FileFormatError(InputError):
    """A file that is empty, truncated, in another encoding or in another format."""


class ColumnsError(InputError):
    """A table whose columns are not those of its contract."""


class ContractError(InputError):
    """A value that breaks the contract of its column or the key of its table."""


class CodeError(InputError):
    """A code (INSEE, IRIS, QPV, UAI, SIRET, EPT) that is malformed or does not exist."""


class CrsError(InputError):
    """A layer without a coordinate reference system, or in another one than promised."""


class ChoiceError(InputError):
    """An option, assumption or correction that cannot be applied."""


class DownloadError(ObservatoryError):
    """A download that failed after its retries, or whose bytes are not the promised ones."""

    exit_code = 3


class StoreError(ObservatoryError):
    """An object store that does not answer, or refuses: what failed may be tried again."""

    exit_code = 3
