"""Writing tables: what is kept, what is added, and that there is never half a file."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import random
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from twilio_numbers_async.cli.tables import (
    ADDED,
    TableError,
    TableWriter,
    open_table,
    output_format,
    read_records,
    unique,
)
from twilio_numbers_async.report.result_columns import added_names

WHEN = dt.datetime(2025, 1, 2, 3, 4, 5, 678_901, dt.UTC)
ANSWER = {
    "phone_number_e164": "+14155550100",
    "country": "US",
    "number_type": "LOCAL",
    "portable": True,
    "pin_and_account_number_required": False,
    "reason": None,
    "code": 22131,
    "advice": "Can be ported.",
    "error": None,
    "checked_at": WHEN,
}


def written(tmp_path: Path, name: str, text: str = 'name,phone\n"Smith, ""A""\nB",x\n,=1+1\n') -> Path:
    source = tmp_path / "in.csv"
    source.write_text(text)
    table = open_table(str(source))
    writer = TableWriter(tmp_path / name, table)
    for row in table.rows():
        writer.write(row.cells, ANSWER)
    assert not writer.path.exists(), "before the end there is nothing"
    writer.commit()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({"in.csv", name})
    return writer.path


def test_csv(tmp_path: Path) -> None:
    assert written(tmp_path, "out.csv").read_bytes().decode() == (
        "name,phone,phone_number_e164,country,number_type,portable,pin_and_account_number_required,reason,code,"
        "advice,error,checked_at\n"
        '"Smith, ""A""\nB",x,+14155550100,US,LOCAL,true,false,,22131,Can be ported.,,2025-01-02T03:04:05.678+00:00\n'
        ",=1+1,+14155550100,US,LOCAL,true,false,,22131,Can be ported.,,2025-01-02T03:04:05.678+00:00\n"
    )


@pytest.mark.parametrize("microsecond", [0, 1, 999, 1000, 678_901, 999_999])
@pytest.mark.parametrize("zone", [dt.UTC, dt.timezone(dt.timedelta(hours=2)), None])
def test_moments_are_to_the_millisecond(tmp_path: Path, microsecond: int, zone: dt.tzinfo | None) -> None:
    moment = dt.datetime(2025, 1, 2, 3, 4, 5, microsecond, zone)
    source = tmp_path / "in.csv"
    source.write_text("name,phone\nAnn,x\n")
    writer = TableWriter(tmp_path / "out.csv", open_table(str(source)), {"checked_at": "time"})
    writer.write(["Ann", "x"], {"checked_at": moment})
    writer.commit()
    expected = moment.isoformat(timespec="milliseconds")
    assert (tmp_path / "out.csv").read_text() == f"name,phone,checked_at\nAnn,x,{expected}\n"


@pytest.mark.parametrize(("name", "delimiter"), [("out.csv", ","), ("out.tsv", "\t")])
@pytest.mark.parametrize("width", [1, 2, 5])
def test_rows_are_those_of_the_csv_module(tmp_path: Path, name: str, delimiter: str, width: int) -> None:
    chance = random.Random(width)
    rows = [
        [
            "".join(chance.choices(' ab,;\t"\r\n\u00e9\u2028', k=chance.choice((0, 0, 1, 2, 5))))
            for _ in range(width)
        ]
        for _ in range(3_000)
    ]

    source = tmp_path / "in.csv"
    source.write_text(",".join(["phone"] * width) + "\n+14155550100\n")
    table = open_table(str(source))
    writer = TableWriter(tmp_path / name, table, {})
    for row in rows:
        writer.write_row(row)
    writer.commit()
    expected = io.StringIO(newline="")
    csv.writer(expected, delimiter=delimiter, lineterminator="\n").writerows([table.columns, *rows])
    assert writer.path.read_bytes().decode() == expected.getvalue()


def test_tsv_and_gzip(tmp_path: Path) -> None:
    packed = written(tmp_path, "out.tsv.gz").read_bytes()
    assert gzip.decompress(packed).startswith(b"name\tphone\tphone_number_e164\t")
    (tmp_path / "out.tsv.gz").unlink()
    assert written(tmp_path, "out.tsv.gz").read_bytes() == packed, "the same rows make the same bytes"


def test_json_lines(tmp_path: Path) -> None:
    lines = written(tmp_path, "out.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {
        "name": 'Smith, "A"\nB',
        "phone": "x",
        **ANSWER,
        "checked_at": "2025-01-02T03:04:05.678901Z",
    }
    assert len(lines) == 2


def test_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    path = written(tmp_path, "out.parquet")
    rows = list(read_records(str(path)))
    assert rows[0] == {"name": 'Smith, "A"\nB', "phone": "x", **ANSWER}
    table = open_table(str(path), column="phone")
    again = TableWriter(tmp_path / "again.parquet", table)
    for row in table.rows():
        again.write(row.cells, {})
    again.commit()
    assert open_table(str(again.path)).columns == [*rows[0], *(f"twilio_{name}" for name in ADDED)]
    first = next(read_records(str(again.path)))
    assert first["checked_at"] == WHEN, "columns keep their types"
    assert first["twilio_checked_at"] is None


def test_parquet_cells_as_csv_and_json_cells_as_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    source = tmp_path / "in.jsonl"
    source.write_text('{"phone": 14155550100, "tags": ["a"], "gone": null}\n')
    table = open_table(str(source))
    for name in ("out.parquet", "out.csv"):
        writer = TableWriter(tmp_path / name, table)
        for row in table.rows():
            writer.write(row.cells, {})
        writer.commit()
    first = next(read_records(str(tmp_path / "out.parquet")))
    assert (first["phone"], first["tags"], first["gone"]) == ("14155550100", '["a"]', None)
    assert (tmp_path / "out.csv").read_text().splitlines()[1].startswith('14155550100,"[""a""]",,')


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (["phone"], list(ADDED)),
        (["country", "phone"], ["phone_number_e164", "twilio_country", *list(ADDED)[2:]]),
        (["country", "twilio_country"], ["phone_number_e164", "twilio_country_2", *list(ADDED)[2:]]),
        (
            ["country", "twilio_country", "twilio_country_2"],
            ["phone_number_e164", "twilio_country_3", *list(ADDED)[2:]],
        ),
    ],
)
def test_an_added_column_never_takes_the_name_of_a_given_one(
    columns: Sequence[str], names: Sequence[str]
) -> None:
    assert added_names(columns, ADDED) == names


def test_names_for_json() -> None:
    assert unique(["a", "a", "", "a_2", "", "a"]) == ["a", "a_3", "column_3", "a_2", "column_5", "a_4"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=cmd()", "'=cmd()"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("+1+1", "'+1+1"),
        ("+14155550100", "+14155550100"), ("a=1", "a=1"), ("", ""),
    ],
)  # fmt: skip
def test_an_added_cell_is_no_formula(tmp_path: Path, cell: str, text: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text("phone\n=1+1\n")
    table = open_table(str(source))
    writer = TableWriter(tmp_path / "out.csv", table)
    writer.write(["=1+1"], {"error": cell})
    writer.commit()
    row = next(read_records(str(writer.path)))
    assert row["error"] == text
    assert row["phone"] == "=1+1", "what was given is kept as it is"


@pytest.mark.parametrize("moments", [[1_000, None], [1_001, None]])
@pytest.mark.parametrize("nested", [False, True])
def test_times_in_nanoseconds_are_pythons_own_or_text(
    tmp_path: Path, moments: list[int | None], nested: bool
) -> None:
    """pyarrow takes the types of pandas where that is installed, as it is here."""
    arrow = pytest.importorskip("pyarrow")
    assert pytest.importorskip("pandas")
    kinds = [arrow.timestamp("ns", "UTC"), arrow.timestamp("ns"), arrow.duration("ns"), arrow.time64("ns")]
    columns = {str(kind): arrow.array(moments, kind) for kind in kinds}
    if nested:
        columns = {"pair": arrow.array([moments, [1_000]], arrow.list_(kinds[0]))}
    path = tmp_path / "in.parquet"
    pytest.importorskip("pyarrow.parquet").write_table(arrow.table(columns), path)
    if nested and moments[0] == 1_001:
        with pytest.raises(TableError, match="its times are too fine or too far"):
            list(open_table(str(path)).rows())
        return
    first, second = (row.cells for row in open_table(str(path)).rows())
    moment = dt.datetime(1970, 1, 1, 0, 0, 0, 1)  # noqa: DTZ001
    if nested:
        assert (first, second) == ([[moment.replace(tzinfo=dt.UTC), None]], [[moment.replace(tzinfo=dt.UTC)]])
    elif moments[0] == 1_000:
        assert first == [moment.replace(tzinfo=dt.UTC), moment, dt.timedelta(microseconds=1), moment.time()]
        assert [type(cell) for cell in first] == [dt.datetime, dt.datetime, dt.timedelta, dt.time]
        assert second == [None] * 4
    else:
        assert first == [
            "1970-01-01 00:00:00.000001001Z", "1970-01-01 00:00:00.000001001", "1001", "00:00:00.000001001",
        ]  # fmt: skip
        assert second == [None] * 4


def test_times_in_parquet_that_python_has_no_type_for(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    kinds = {"fine": arrow.timestamp("ns"), "zoned": arrow.timestamp("ns", "UTC")}
    columns = {name: arrow.array([1, None, 1_000], kind) for name, kind in kinds.items()}
    path = tmp_path / "in.parquet"
    given = arrow.table({"phone": ["+14155550100", "+14155550101", "+14155550102"], **columns})
    parquet.write_table(given, path)
    table = open_table(str(path))
    cells = [row.cells for row in table.rows()]
    assert [row[1] for row in cells] == [
        "1970-01-01 00:00:00.000000001", None, "1970-01-01 00:00:00.000001000",
    ]  # fmt: skip
    out = tmp_path / "out.parquet"
    writer = TableWriter(out, table)
    for row in cells:
        writer.write(row, ANSWER)
    writer.commit()
    assert parquet.read_table(out).select(["phone", *kinds]).equals(given)


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("date32", [5_000_000], "as it came (date32[day]): write a .csv"),
        ("far", [10**16], "as it came (timestamp[ms]): write a .csv"),
        ("duration", [10**18], "as it came (duration[s]): write a .csv"),
    ],
)
def test_times_that_are_read_and_not_written_to_parquet(
    tmp_path: Path, kind: str, values: list[int], said: str
) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    kinds = {"date32": arrow.date32(), "far": arrow.timestamp("ms"), "duration": arrow.duration("s")}
    path = tmp_path / "in.parquet"
    parquet.write_table(
        arrow.table({"phone": ["+14155550100"], "when": arrow.array(values, kinds[kind])}), path
    )
    table = open_table(str(path))
    (row,) = table.rows()
    assert isinstance(row.cells[1], str)
    writer = TableWriter(tmp_path / "out.parquet", table)
    writer.write(row.cells, ANSWER)
    with pytest.raises(TableError, match=re.escape(f"Column 'when' cannot be written to Parquet {said}")):
        writer.commit()
    writer.discard()


def test_nested_times_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    path = tmp_path / "in.parquet"
    times = arrow.array([[1]], arrow.list_(arrow.timestamp("ns")))
    pytest.importorskip("pyarrow.parquet").write_table(arrow.table({"when": times}), path)
    with pytest.raises(TableError, match=r"in.parquet, column 'when': its times are too fine or too far"):
        list(open_table(str(path)).rows())


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl.gz", "out.parquet"])
def test_discarded_there_is_nothing_and_what_was_there_stays(tmp_path: Path, name: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text("phone\n1\n")
    out = tmp_path / name
    out.write_text("precious")
    writer = TableWriter(out, open_table(str(source)))
    writer.write(["1"], {})
    writer.discard()
    writer.discard()
    assert out.read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["out", "out.txt", "out.gz"])
def test_an_ending_that_tells_no_format(name: str) -> None:
    with pytest.raises(TableError, match=r"\.csv, \.tsv or \.jsonl"):
        output_format(Path(name))


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("phone\n1\n")
    with pytest.raises(TableError, match="cannot be written: No such file"):
        TableWriter(tmp_path / "no" / "out.csv", open_table(str(source)))


def test_parquet_without_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.csv"
    source.write_text("phone\n1\n")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(TableError, match=r"pip install 'twilio-numbers-async\[parquet\]'"):
        TableWriter(tmp_path / "out.parquet", open_table(str(source)))
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl.gz"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, name: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    source = tmp_path / "in.csv"
    source.write_text("phone\n1\n")
    (tmp_path / f"{name}.part").symlink_to("/dev/full")
    writer = TableWriter(tmp_path / name, open_table(str(source)))
    writer.write(["1"], {})
    with pytest.raises(OSError, match="No space left"):
        writer.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_memory_stays_flat(tmp_path: Path, peak: Callable[[Callable[[], None]], int]) -> None:
    def swept(rows: int) -> int:
        source = tmp_path / f"{rows}.csv"
        with source.open("w") as file:
            file.write("name,phone\n")
            file.writelines(f"Ann {index},+14155550100\n" for index in range(rows))

        def work() -> None:
            table = open_table(str(source))
            writer = TableWriter(tmp_path / "out.csv", table)
            for row in table.rows():
                writer.write(row.cells, ANSWER)
            writer.commit()

        return peak(work)

    assert swept(8_000) < swept(2_000) + 200_000
