"""Every notebook runs from a clean start on the edition, and its stored copy holds no output.

They are what a stranger starts from: they use the public library and what comes with it alone.
"""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_notebook_runs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "store it without outputs"
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(path.parent))
    tables = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    assert any("Saint-Denis" in output["data"]["text/html"] for output in tables)


def test_there_is_a_notebook_for_each_question() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["gaps", "own_norm", "uncertainty"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_notebook_uses_the_library_as_anybody_can(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    code = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    imported = {
        name.name
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(ast.parse(code)))
    assert "observatory" in imported
    assert imported <= {"altair", "folium", "geopandas", "observatory", "pandas", "tempfile"}
