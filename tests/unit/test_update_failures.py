"""What the terminal says of the files that an update could not take: each reason once."""

from __future__ import annotations

from typing import NamedTuple

from observatory import settings
from observatory.build.refresh import Refreshed
from observatory.build.update import Fetched
from observatory.cli.update_report import failures
from observatory.errors import DownloadError
from observatory.read.registry import Download, load_registry


class Reason(NamedTuple):
    """What was found in place of a file."""

    found: str

    def stops(self, item: Download) -> Refreshed:
        error = DownloadError(
            f"download {item.id}, {item.url}",
            expected="status 200",
            found=self.found,
            next_step="try again later",
        )
        return Refreshed(item, "failed", None, late=False, error=error)


def test_a_departement_that_does_not_answer_is_one_line_with_its_files_and_the_reason() -> None:
    downloads = load_registry(settings.load({}).registry).downloads
    outlines, schools = (downloads[name].of_area("77") for name in ("iris", "schools_directory"))
    away, gone = Reason("status 503"), Reason("status 404")
    france = downloads["rep_schools"]
    stopped = (away.stops(outlines), gone.stops(france), away.stops(schools))
    assert [*failures(Fetched(stopped, ()))] == [
        "download iris_77, schools_directory_77: expected status 200; found status 503. "
        "What next: try again later",
        f"download rep_schools, {france.url}: expected status 200; found status 404. "
        "What next: try again later",
    ]
