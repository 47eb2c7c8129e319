"""What is wrong with a planner's list of places, as rows in the reader's language."""

from __future__ import annotations

from observatory.app.place_rows import Rows
from observatory.places.standard import Intake, Problem, table_csv
from observatory.tables.place_tables import CLOSED
from observatory.words.catalogue import Words

HEADERS = ("line", "place", "field", "found", "wrong", "suggestion", "outcome")
#: Fields with a form of their own; the others share one sentence.
FORMS = (
    "pivot",
    "code_postal",
    "code_insee",
    "latitude",
    "longitude",
    "telephone",
    "date_maj",
)


def problem_rows(intake: Intake, words: Words) -> Rows:
    """Return the problems by line: place, field, what stands there, what is wrong, what to put."""
    names = dict(zip(intake.lines, (row.get("nom") for row in intake.good), strict=True))
    names |= {item.line: item.record.get("nom") for item in intake.aside}
    rows = [
        [
            str(problem.line),
            str(names[problem.line] or ""),
            problem.field,
            problem.found,
            wrong(problem, words),
            problem.suggestion,
            words(f"verify.outcome.{problem.severity}"),
        ]
        for problem in intake.problems
    ]
    return [words(f"verify.column.{name}") for name in HEADERS], rows


def wrong(problem: Problem, words: Words) -> str:
    """Return a problem in the reader's language, by its kind and field."""
    if problem.kind in ("pattern", "type"):
        form = problem.field if problem.field in FORMS else "other"
        return words(f"verify.form.{form}")
    kind = problem.kind.replace(" ", "_")
    if kind == "closed_list" and problem.field in CLOSED and not problem.suggestion:
        return words("verify.closed_values", values=", ".join(CLOSED[problem.field]))
    if kind == "commune" and problem.field == "code_insee":
        return words("verify.commune_code")
    return words(f"verify.kind.{kind}")


def problems_file(intake: Intake, words: Words) -> bytes:
    """Return the same rows as CSV for a spreadsheet; no cell is a formula."""
    headers, rows = problem_rows(intake, words)
    return table_csv(headers, rows)
