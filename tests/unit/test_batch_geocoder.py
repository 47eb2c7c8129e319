"""Positions of addresses from a local server that answers in the official format, or fails."""

from __future__ import annotations

import csv
import email.parser
import email.policy
import http.server
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sources import PLAINE_COMMUNE, Sources

from observatory.cli import main
from observatory.errors import ChoiceError, ColumnsError, ContractError, DownloadError
from observatory.read import batch_geocoder
from observatory.read.batch_geocoder import geocode
from observatory.read.positions import read_positions, write_positions
from observatory.tables.facts import SITES
from observatory.tables.storage import read_table

#: The columns that the service adds, as it names them.
OFFICIAL = (
    "longitude",
    "latitude",
    "result_score",
    "result_score_next",
    "result_label",
    "result_type",
    "result_id",
    "result_citycode",
    "result_status",
)
Found = Callable[[dict[str, str]], dict[str, Any]]


class Service:
    """A service whose answers are statuses, or functions from a line sent to the columns added."""

    def __init__(self) -> None:
        self.answers: list[int | bytes | Found] = []
        self.asked: list[dict[str, list[str]]] = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fields = service.fields(self.headers["Content-Type"], body)
                service.asked.append({"path": [self.path], **fields})
                given = service.answers.pop(0) if len(service.answers) > 1 else service.answers[0]
                status, sent = service.answer(given, fields)
                self.send_response(status)
                self.send_header("Content-Type", "text/csv")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_: object) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}/geocodage/search"

    @staticmethod
    def fields(kind: str, body: bytes) -> dict[str, list[str]]:
        whole = f"Content-Type: {kind}\r\n\r\n".encode() + body
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole)
        found: dict[str, list[str]] = {}
        for part in message.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found.setdefault(name, []).append(payload.decode("utf-8"))
        return found

    @staticmethod
    def answer(given: int | bytes | Found, fields: dict[str, list[str]]) -> tuple[int, bytes]:
        if isinstance(given, int):
            return given, b"error"
        if isinstance(given, bytes):
            return 200, given
        lines = list(csv.DictReader(io.StringIO(fields["data"][0])))
        asked = [name for name in OFFICIAL if name in fields["result_columns"]]
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, [*lines[0], *asked], extrasaction="ignore")
        writer.writeheader()
        writer.writerows([{**line, **given(line)} for line in lines])
        return 200, out.getvalue().encode("utf-8")


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


def found(line: dict[str, str], **changes: Any) -> dict[str, Any]:
    known = {
        "longitude": 2.3444,
        "latitude": 48.9581,
        "result_score": 0.93,
        "result_type": "housenumber",
        "result_label": f"{line['adresse']} {line['commune']}",
        "result_status": "ok",
    }
    return known | changes


def addresses(*rows: tuple[str, str, str]) -> pd.DataFrame:
    columns = ["address", "commune", "commune_name"]
    return pd.DataFrame(rows, columns=columns).assign(postcode="93430")


HALL = ("1 place de l'Hôtel de Ville", "93079", "Villetaneuse")
OTHER = ("3 rue Paul Éluard", "93059", "Pierrefitte-sur-Seine")


def ask(service: Service, *rows: tuple[str, str, str]) -> tuple[pd.DataFrame, list[float]]:
    slept: list[float] = []
    table = geocode(addresses(*(rows or (HALL,))), base=service.base, sleep=slept.append)
    return table, slept


def test_addresses_are_sent_as_the_service_wants_them(service: Service) -> None:
    service.answers = [found]
    table, slept = ask(service, HALL, OTHER)
    (sent,) = service.asked
    assert sent["path"] == ["/geocodage/search/csv"]
    assert sent["columns"] == ["adresse", "commune"]
    assert sent["citycode"] == ["code_insee"]
    assert sent["indexes"] == ["address"]
    lines = list(csv.DictReader(io.StringIO(sent["data"][0])))
    # The service knows today's communes: Pierrefitte is in Saint-Denis.
    assert [line["code_insee"] for line in lines] == ["93079", "93066"]
    assert [line["adresse"] for line in lines] == [HALL[0], OTHER[0]]
    assert table["commune"].tolist() == ["93079", "93059"]
    assert table[["lat", "lon", "score"]].to_numpy().tolist() == [[48.9581, 2.3444, 0.93]] * 2
    assert table["source"].str.startswith("geoplateforme 20").all()
    assert slept == []


def test_an_address_not_found_has_no_position(service: Service) -> None:
    blank = dict.fromkeys(("longitude", "latitude", "result_score", "result_type"), "")
    service.answers = [lambda line: blank | {"result_status": "not-found"}]
    table, _ = ask(service)
    assert table[["lat", "lon", "score", "kind", "label"]].isna().all(axis=None)


def test_lines_in_another_order_keep_their_own_positions(service: Service) -> None:
    header = "row,adresse,longitude,latitude,result_score,result_type,result_label,result_status\n"
    lines = "1,b,2.2,48.2,0.9,street,B,ok\n0,a,2.1,48.1,0.8,street,A,ok\n"
    service.answers = [(header + lines).encode()]
    table, _ = ask(service, HALL, OTHER)
    assert table["lat"].tolist() == [48.1, 48.2]
    assert table["label"].tolist() == ["A", "B"]


def test_many_addresses_go_in_several_files(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_geocoder, "BATCH", 2)
    service.answers = [lambda line: found(line, latitude=48 + int(line["row"]) / 10)]
    rows = [(f"{n} rue X", "93079", "Villetaneuse") for n in range(5)]
    table, _ = ask(service, *rows)
    assert len(service.asked) == 3
    assert table["lat"].tolist() == pytest.approx([48.0, 48.1, 48.2, 48.3, 48.4])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(service: Service, status: int) -> None:
    service.answers = [status, status, found]
    table, slept = ask(service)
    assert table["lat"].notna().all()
    assert slept == list(batch_geocoder.PAUSES)


HEAD = b"row,longitude,latitude,result_score,result_type,result_label,result_status\n"


@pytest.mark.parametrize(
    ("given", "said", "times"),
    [
        (500, "the answer 500", 3),
        (400, "the answer 400", 1),
        (302, "the answer 302", 1),
        (b"row,latitude\n0,48.9\n", "without longitude, result_score", 1),
        (b"<html>an error page</html>", "the columns asked for", 1),
        (b"", "the columns asked for", 1),
        (b"row,longitude\n\xff\xfe", "CSV in UTF-8", 1),
        (HEAD + b"0,far,48.9,0.9,street,A,ok\n", "numbers", 1),
        (HEAD + b"0,2.3,48.9,9,street,A,ok\n", "a score of 0 to 1", 1),
        (HEAD + b"0,652000,6870000,0.9,street,A,ok\n", "degrees", 1),
    ],
)
def test_a_lasting_failure_says_what_is_wrong(
    service: Service, given: int | bytes, said: str, times: int
) -> None:
    service.answers = [given]
    with pytest.raises(DownloadError, match=said):
        ask(service)
    assert len(service.asked) == times


def test_no_service_is_a_failure_and_a_wrong_address_of_it_a_choice() -> None:
    with pytest.raises(DownloadError, match="build without --geocode"):
        geocode(addresses(HALL), base="http://127.0.0.1:9/search", sleep=lambda _: None)
    with pytest.raises(ChoiceError, match="web address"):
        geocode(addresses(HALL), base="file:///etc/passwd")


def test_a_file_of_positions_is_written_and_read_back(service: Service, tmp_path: Path) -> None:
    service.answers = [found]
    table, _ = ask(service, HALL, OTHER)
    path = tmp_path / "positions.csv"
    write_positions(table, path)
    read = read_positions(path).sort_values("address", ignore_index=True)
    pd.testing.assert_frame_equal(read, table.sort_values("address", ignore_index=True))


def test_a_persons_file_needs_five_columns(tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text('address,commune,lat,lon,source\n1 rue X,93079,"48,95",2.34,Anne\n', "utf-8")
    row = read_positions(path).iloc[0]
    assert (row["lat"], row["lon"], row["source"]) == (48.95, 2.34, "Anne")
    assert pd.isna(row["score"])


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("1 rue X,93079,north,2.3,A", "line 2"),
        ("1 rue X,93079,48.9,,A", "both lat and lon"),
        ("1 rue X,93079,98.9,2.3,A", "lat"),
        ("1 rue X,Stains,48.9,2.3,A", "commune"),
        ("1 rue X,93079,48.9,2.3,A\n1 rue X,93079,48.8,2.3,B", "1 rue X"),
    ],
)
def test_a_wrong_line_is_told(tmp_path: Path, line: str, wrong: str) -> None:
    path = tmp_path / "positions.csv"
    path.write_text(f"address,commune,lat,lon,source\n{line}\n", "utf-8")
    with pytest.raises(ContractError, match=wrong):
        read_positions(path)


def test_another_table_is_no_file_of_positions(tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text("adresse,lat,lon\n1 rue X,48.9,2.3\n", "utf-8")
    with pytest.raises(ColumnsError, match="address"):
        read_positions(path)


def _command(cut: Sources, folder: Path) -> int:
    sources, out = str(cut.folder), str(folder / "out")
    asked = ["--positions", str(folder / "positions.csv"), "--geocode"]
    return main(["build", "--from", sources, "--out", out, "--territory", PLAINE_COMMUNE, *asked])


def test_the_command_asks_keeps_and_uses_the_answers(
    service: Service, cut: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(batch_geocoder.VARIABLE, service.base)
    monkeypatch.setenv("OBSERVATORY_DATA", str(cut.settings.data))
    service.answers = [found]
    assert _command(cut, tmp_path) == 0
    kept = read_positions(tmp_path / "positions.csv")
    sent = csv.DictReader(io.StringIO(service.asked[0]["data"][0]))
    assert sorted(kept["address"]) == sorted(line["adresse"] for line in sent)
    # The one point that is answered lies in Villetaneuse: other communes' places stay without.
    sites = read_table(SITES, tmp_path / "out")
    placed = sites[sites["position"] == "address"]
    assert set(placed["commune"]) == {"93079"}
    assert len(placed) < len(kept)


def test_the_command_says_that_the_service_failed(
    service: Service,
    cut: Sources,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(batch_geocoder.VARIABLE, service.base)
    monkeypatch.setenv("OBSERVATORY_DATA", str(cut.settings.data))
    service.answers = [404]
    assert _command(cut, tmp_path) == 3
    assert "build without --geocode" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
