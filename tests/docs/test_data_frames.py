"""docs/data-frames.md: plus signs and leading zeros, in and out of pandas, Polars and Arrow."""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import DOCS, Block, blocks
from twilio_numbers_async.sandbox import Sandbox

PAGE = next(page for page in DOCS if page.name == "data-frames.md")
LIBRARIES = ("pandas", "polars", "pyarrow")
PLUS, ZERO = "+12015550123", "02079460958"


def library(name: str) -> Any:
    return importlib.import_module(name)


def shown_after(block: Block) -> str | None:
    """The text right under a piece."""
    text = PAGE.read_text(encoding="utf-8")
    after = text.partition(block.text + "```\n\n```text\n")[2]
    return after.partition("```\n")[0] if after else None


async def run_piece(block: Block, names: dict[str, Any]) -> str:
    """Run a piece of the page; return what it printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        running = eval(block.compile(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        if inspect.isawaitable(running):
            await running
    return out.getvalue()


@pytest.mark.parametrize("name", LIBRARIES)
async def test_the_pieces_print_what_is_shown(name: str) -> None:
    library(name)
    pieces = [block for block in blocks(PAGE, "py") if shown_after(block) is not None]
    mine = [block for block in pieces if f"import {name}" in block.text]
    assert len(mine) == (1 if name == "pyarrow" else 2)
    first = blocks(PAGE, "py")[0]
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        names: dict[str, Any] = {"twilio": twilio}
        assert await run_piece(first, names) == ""
        for block in mine:
            assert await run_piece(block, names) == shown_after(block), str(block)


# What the readers make of a file: the table of the page


def columns_of(frame: Any) -> dict[str, list[Any]]:
    """The columns of a frame of any of the three, as lists."""
    columns: dict[str, list[Any]]
    if hasattr(frame, "to_pydict"):
        columns = frame.to_pydict()
    else:
        columns = frame.to_dict(as_series=False) if hasattr(frame, "to_series") else frame.to_dict("list")
    return columns


def csv_of(folder: Path, *more: str) -> Path:
    path = folder / "numbers.csv"
    path.write_text("\n".join(["plus,zero", f"{PLUS},{ZERO}", *more, ""]), encoding="utf-8")
    return path


def pandas_csv(path: Path, *, text: bool) -> Any:
    return library("pandas").read_csv(path, **({"dtype": str} if text else {}))


def polars_csv(path: Path, *, text: bool) -> Any:
    return library("polars").read_csv(path, **({"infer_schema": False} if text else {}))


def arrow_csv(path: Path, *, text: bool) -> Any:
    pa: Any = library("pyarrow")
    csv: Any = library("pyarrow.csv")
    types = {"plus": pa.string(), "zero": pa.string()} if text else None
    return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=types))


@pytest.mark.parametrize(
    ("read", "plus"), [(pandas_csv, 12015550123), (polars_csv, PLUS), (arrow_csv, 12015550123.0)]
)
def test_a_csv_file_keeps_its_signs_as_text_only(read: Callable[..., Any], plus: Any, tmp_path: Path) -> None:
    path = csv_of(tmp_path)
    assert columns_of(read(path, text=False)) == {"plus": [plus], "zero": [int(ZERO)]}
    assert columns_of(read(path, text=True)) == {"plus": [PLUS], "zero": [ZERO]}


def test_pandas_makes_floats_where_a_cell_is_empty(tmp_path: Path) -> None:
    frame = pandas_csv(csv_of(tmp_path, ","), text=False)
    assert frame["plus"].dtype == float
    assert frame["plus"][0] == 12015550123.0


def test_arrow_writes_a_double_back(tmp_path: Path) -> None:
    table = arrow_csv(csv_of(tmp_path), text=False)
    library("pyarrow.csv").write_csv(table, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text().splitlines()[1] == "1.2015550123e+10,2079460958"


def test_pandas_reads_cells_of_text_in_a_workbook_as_numbers(tmp_path: Path) -> None:
    pd = library("pandas")
    library("python_calamine")
    pd.DataFrame({"plus": [PLUS], "zero": [ZERO]}).to_excel(
        tmp_path / "a.xlsx", index=False, engine="xlsxwriter"
    )
    read = {"io": tmp_path / "a.xlsx", "engine": "calamine"}
    assert columns_of(pd.read_excel(**read)) == {"plus": [int(PLUS)], "zero": [int(ZERO)]}
    assert columns_of(pd.read_excel(**read, dtype=str)) == {"plus": [PLUS], "zero": [ZERO]}


# Rows into frames, files and back


@pytest.fixture
async def rows() -> list[dict[str, Any]]:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        sweep = twilio.portability.sweep(INPUTS, country="GB", ordered=True)
        return [outcome.as_row() async for outcome in sweep]


INPUTS = [PLUS, "+442079460958", ZERO, "00 1 415 555 0175", "nobody"]
NUMBERS = [PLUS, "+442079460958", "+442079460958", "+14155550175", None]


def arrow_frame(rows: list[dict[str, Any]]) -> Any:
    return library("pyarrow").Table.from_pylist(rows)


def pandas_frame(rows: list[dict[str, Any]]) -> Any:
    return library("pandas").DataFrame(rows).convert_dtypes()


def polars_frame(rows: list[dict[str, Any]]) -> Any:
    return library("polars").DataFrame(rows, infer_schema_length=None)


def as_arrow(frame: Any) -> Any:
    """A frame of any of the three as a table of Arrow."""
    pa: Any = library("pyarrow")
    if isinstance(frame, pa.Table):
        return frame
    return frame.to_arrow() if hasattr(frame, "to_arrow") else pa.Table.from_pandas(frame)


@pytest.mark.parametrize("make", [arrow_frame, pandas_frame, polars_frame])
def test_rows_keep_their_signs_in_a_frame_and_through_parquet(
    make: Callable[..., Any], rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    parquet: Any = library("pyarrow.parquet")
    table = as_arrow(make(rows))
    parquet.write_table(table, tmp_path / "a.parquet")
    for one in (table, parquet.read_table(tmp_path / "a.parquet")):
        assert one.column("input").to_pylist() == INPUTS
        assert one.column("phone_number").to_pylist() == NUMBERS
        assert [type(code) for code in one.column("code").to_pylist()] == [type(row["code"]) for row in rows]
        assert one.column("portable").to_pylist() == [row["portable"] for row in rows]


async def test_columns_of_text_are_swept_as_they_are() -> None:
    texts = [PLUS, "(415) 555-0175"]
    columns: list[Any] = [pa_column.to_pylist() for pa_column in [library("pyarrow").array(texts)]]
    columns += [library(name).Series(texts) for name in ("pandas", "polars")]
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        for column in columns:
            async with twilio.portability.sweep(column, country="US", ordered=True) as outcomes:
                assert [outcome.phone_number async for outcome in outcomes] == [PLUS, "+14155550175"]
                assert outcomes.progress().total == 2


@pytest.mark.parametrize("number", [12015550123, 12015550123.0, float("nan"), None])
async def test_a_number_that_is_no_text_is_refused(number: Any) -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        async with twilio.portability.sweep([number], country="US") as outcomes:
            [outcome] = [outcome async for outcome in outcomes]
        assert str(outcome.error).startswith("A phone number must be text, not ")
        assert sandbox.traffic.requests == 0
