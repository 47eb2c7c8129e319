"""Write the page of bad inputs, from the tables of the tests: what each of them gets.

Run it from the top of the repository: ``PYTHONPATH=.:tests/unit python tests/bad_inputs.py``.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

from test_bad_input import FILES, FINDS, LINES, sorted_lines
from test_wrong_input import CASES

from observatory import cli
from observatory.errors import ObservatoryError

PAGE = Path(__file__).resolve().parent.parent / "docs" / "bad-inputs.md"
DAY = date(2026, 11, 27)
FIELDS = ("where", "expected", "found", "what next")
HEADS = ("error", "expected", "found", "what next")
INTRO = """# Bad inputs, and what each gets

{count} inputs that are wrong, from the tables of the tests (`tests/unit/test_bad_input.py` and
`test_wrong_input.py`): none ends in a traceback. `tests/bad_inputs.py` writes this page by giving
them again; `FOLDER` stands for the folder of the run.

A few wrong rows do not refuse a source: up to 3 of a file, or up to 1 % of its rows where that is
more, are set aside, counted in the report with their reason, as long as they are less than half.
"""


def _cell(text: object) -> str:
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(text))
    shown = shown if len(shown) <= 200 else f"{shown[:200]}…"
    for mark, written in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("{", "&#123;")):
        shown = shown.replace(mark, written)
    return shown


def _table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _commanded(arguments: list[str], folder: str) -> tuple[object, ...]:
    """Return the four fields that a command says, and its code."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
        code = cli.main(arguments)
    fields = dict.fromkeys(HEADS, "")
    last = ""
    for line in said.getvalue().replace(folder, "FOLDER").splitlines():
        head, _, rest = line.strip().partition(": ")
        if head in HEADS:
            last, fields[head] = head, rest.strip()
        elif last and line.strip():
            fields[last] += f" {line.strip()}"
    return *fields.values(), code


def _raised(act: Callable[[Path], object], folder: Path) -> tuple[object, ...]:
    """Return the four fields of the error that reading raises, and its code."""
    try:
        act(folder)
    except ObservatoryError as error:
        said = (error.where, error.expected, error.found, error.next_step)
        return *(one.replace(str(folder), "FOLDER") for one in said), error.exit_code
    raise AssertionError("it was taken")


def _lines() -> Iterator[tuple[object, ...]]:
    """Yield what one bad line among good ones gets."""
    for field, value, kind, aside in LINES:
        problems = [one for one in sorted_lines(field, value).problems if one.line == 3]
        told = next(one for one in problems if one.kind == kind)
        yield field, value or "(empty)", kind, told.expected, "set aside" if aside else "kept, told"


def page() -> str:
    """Return the page."""
    heads = ("input", *FIELDS, "code")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        for case, (data, _) in FILES.items():
            (folder / "list.csv").write_bytes(data)
            told = _commanded(["places", "check", str(folder / "list.csv")], name)
            files.append((case, *told))
        finds = [
            (" ".join(["find", *asked]), *_commanded(["find", *asked], name))
            for asked in FINDS.values()
        ]
        readers: list[tuple[object, ...]] = []
        for place, one in enumerate(CASES):
            own = folder / str(place)
            own.mkdir()
            readers.append((one.name, *_raised(one.act, own)))
    lines = list(_lines())
    parts = [
        INTRO.format(count=len(files) + len(finds) + len(lines) + len(readers)),
        f"## Files given as a list of places ({len(files)})\n\n{_table(heads, files)}\n",
        f"## Searches ({len(finds)})\n\n{_table(heads, finds)}\n",
        f"## One bad line among good ones ({len(lines)})\n\n"
        + _table(("field", "value", "kind", "expected", "what becomes of the line"), lines)
        + "\n",
        f"## Source files, codes and registries ({len(readers)})\n\n{_table(heads, readers)}\n",
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
