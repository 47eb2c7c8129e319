"""Note in the wheel the commit that it is built from, where that is known."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent


class CommitHook(BuildHookInterface):  # type: ignore[type-arg]  # its configuration is not used
    """Put ``commit.txt`` beside what the wheel carries."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the commit to a file of its own and add it to the wheel; a checkout needs none."""
        if version == "editable":
            return
        sys.path.insert(0, str(ROOT))
        try:
            from observatory import settings
        finally:
            sys.path.remove(str(ROOT))
        commit = settings.commit(project=ROOT)
        if commit is None:
            return
        self._folder = tempfile.TemporaryDirectory()
        noted = Path(self._folder.name) / settings.NOTED
        noted.write_text(commit + "\n", encoding="utf-8")
        build_data["force_include"][str(noted)] = f"observatory/_resources/{settings.NOTED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the file away again."""
        folder = getattr(self, "_folder", None)
        if folder is not None:
            folder.cleanup()
