"""The only import of pyarrow, and a lazy one. It has no types: those in use stand here."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from .cells import text_of
from .source import Source, TableError

if TYPE_CHECKING:

    class DataType(Protocol): ...

    class Field(Protocol):
        @property
        def name(self) -> str: ...
        @property
        def type(self) -> DataType: ...

    class Schema(Protocol):
        @property
        def names(self) -> list[str]: ...
        def __iter__(self) -> Iterator[Field]: ...

    class Batch(Protocol):
        @property
        def num_rows(self) -> int: ...
        @property
        def schema(self) -> Schema: ...
        def column(self, index: int) -> Column: ...

    class Column(Protocol):
        @property
        def type(self) -> DataType: ...
        def to_pylist(self) -> list[object]: ...
        def cast(self, target_type: DataType) -> Column: ...

    class ParquetFile(Protocol):
        @property
        def schema_arrow(self) -> Schema: ...
        @property
        def metadata(self) -> Metadata: ...
        def iter_batches(self, batch_size: int) -> Iterator[Batch]: ...

    class Metadata(Protocol):
        @property
        def num_rows(self) -> int: ...

    class ParquetModule(Protocol):
        def ParquetFile(self, source: BinaryIO) -> ParquetFile: ...  # noqa: N802
        def ParquetWriter(self, where: BinaryIO, schema: Schema) -> ParquetWriter: ...  # noqa: N802

    class ParquetWriter(Protocol):
        def write_batch(self, batch: Batch) -> None: ...
        def close(self) -> None: ...

    class ArrowModule(Protocol):
        def string(self) -> DataType: ...
        def bool_(self) -> DataType: ...
        def int64(self) -> DataType: ...
        def timestamp(self, unit: str, tz: str) -> DataType: ...
        def time64(self, unit: str) -> DataType: ...
        def schema(self, fields: Sequence[tuple[str, DataType]]) -> Schema: ...
        def array(self, values: Sequence[object], type: DataType) -> Column: ...  # noqa: A002
        def record_batch(self, columns: Sequence[Column], schema: Schema) -> Batch: ...


__all__ = ["ParquetRows", "parquet_rows", "parquet_schema"]

_BATCH = 8_192


def parquet_schema(source: Source) -> tuple[Schema, list[str], int]:
    """The schema, the column names and the number of rows."""
    with source.open() as data:
        file = _opened(source, data)
        return file.schema_arrow, list(file.schema_arrow.names), file.metadata.num_rows


def parquet_rows(source: Source) -> Iterator[list[object]]:
    """All rows, a batch in memory at a time."""
    with source.open() as data:
        batches = _opened(source, data).iter_batches(_BATCH)
        while True:
            with _told(source):
                batch = next(batches, None)
                if batch is None:
                    return
                columns = [
                    _cells(source, name, batch.column(index)) for index, name in enumerate(batch.schema.names)
                ]
            for index in range(batch.num_rows):
                yield [column[index] for column in columns]


def _cells(source: Source, name: str, column: Column) -> list[object]:
    """The cells of a column. Times that are too fine or too far for Python's own types come as text."""
    try:
        if str(column.type) == "time64[ns]":  # with pandas, to_pylist would drop the nanoseconds
            return column.cast(_arrow().time64("us")).to_pylist()
        cells = column.to_pylist()
        return [*map(_of_python, cells)] if "[ns" in str(column.type) else cells
    except (ValueError, OverflowError):
        try:
            return column.cast(_arrow().string()).to_pylist()
        except NotImplementedError:
            raise TableError(
                f"{source.name}, column {name!r}: its times are too fine or too far to be read: write them as text"
            ) from None


def _of_python(cell: object) -> object:
    """The cell with Python's own times: for nanoseconds pyarrow takes those of pandas where that is installed.

    Raises ValueError for a time that is too fine.
    """
    if isinstance(cell, list):
        return [*map(_of_python, cast("list[object]", cell))]
    if isinstance(cell, dict):
        return {name: _of_python(value) for name, value in cast("dict[str, object]", cell).items()}
    for to_python, rest in (("to_pydatetime", "nanosecond"), ("to_pytimedelta", "nanoseconds")):
        if hasattr(cell, to_python):
            if getattr(cell, rest):
                raise ValueError(cell)
            return cast("object", getattr(cell, to_python)())
    return cell


class ParquetRows:
    """Writes rows in batches. The columns of a Parquet input keep their types, others are text."""

    def __init__(
        self, data: BinaryIO, columns: Sequence[str], added: Mapping[str, str], native: object
    ) -> None:
        arrow = _arrow()
        types = {
            "text": arrow.string(),
            "bool": arrow.bool_(),
            "int": arrow.int64(),
            "time": arrow.timestamp("us", "UTC"),
        }
        kept = [field.type for field in cast("Schema", native)] if native is not None else []
        fields = [(name, kept[index] if kept else types["text"]) for index, name in enumerate(columns)]
        fields += [(name, types[kind]) for name, kind in added.items()]
        self._arrow = arrow
        self._types = [type_ for _, type_ in fields]
        self._schema = arrow.schema(fields)
        self._writer = _parquet().ParquetWriter(data, self._schema)
        self._texts = 0 if native is not None else len(columns)
        self._rows: list[Sequence[object]] = []

    def write(self, cells: Sequence[object]) -> None:
        texts = self._texts
        own = (None if cell is None else text_of(cell) for cell in cells[:texts])
        self._rows.append([*own, *cells[texts:]])
        if len(self._rows) == _BATCH:
            self._flush()

    def close(self) -> None:
        try:
            self._flush()
        finally:
            self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            columns = [
                self._array(self._schema.names[index], [row[index] for row in self._rows], type_)
                for index, type_ in enumerate(self._types)
            ]
            self._writer.write_batch(self._arrow.record_batch(columns, schema=self._schema))
            self._rows.clear()

    def _array(self, name: str, cells: list[object], kind: DataType) -> Column:
        try:
            return self._arrow.array(cells, type=kind)
        except (TypeError, ValueError):
            pass  # some are text, as _cells has read them
        texts = [None if cell is None else text_of(cell) for cell in cells]
        try:
            return self._arrow.array(texts, type=self._arrow.string()).cast(kind)
        except (NotImplementedError, ValueError):
            raise TableError(
                f"Column {name!r} cannot be written to Parquet as it came ({kind}): write a .csv"
            ) from None


def _opened(source: Source, data: BinaryIO) -> ParquetFile:
    module = _parquet()
    with _told(source):
        file = module.ParquetFile(data)
        _ = file.schema_arrow  # its types may be of a kind that is not known here
        return file


@contextlib.contextmanager
def _told(source: Source) -> Generator[None]:
    """Turn the errors of pyarrow into a TableError."""
    try:
        yield
    except TableError:
        raise
    except NotImplementedError as error:  # integers of 128 bits, as Polars and DuckDB have them
        raise TableError(
            f"{source.name} has a column of a kind that cannot be read here ({error}): write it as text"
        ) from None
    except (ValueError, OSError):  # pyarrow's own errors are one or the other
        raise TableError(f"{source.name} is not a Parquet file, or it is damaged") from None


def _arrow() -> ArrowModule:
    return cast("ArrowModule", _imported("pyarrow"))


def _parquet() -> ParquetModule:
    return cast("ParquetModule", _imported("pyarrow.parquet"))


def _imported(name: str) -> object:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise TableError("Parquet needs an extra: pip install 'twilio-numbers-async[parquet]'") from None
