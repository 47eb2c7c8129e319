"""What a command prints, run in the process of the tests."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

from observatory.cli import main


def printed(*arguments: str) -> str:
    """Run a command that succeeds, and return what it prints."""
    with redirect_stdout(io.StringIO()) as out:
        assert main(arguments) == 0
    return out.getvalue()
