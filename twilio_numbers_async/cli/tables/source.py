"""Sources of rows: a file or standard input as bytes, unpacked, and as lines of text."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from .file_signatures import HEAD, Kind, has_controls, kind_of, name_of_binary

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["MOST", "STDIN", "Source", "TableError"]

STDIN = "-"
MOST = 4_194_304
"""Bytes of a line at the most, and characters of a row."""
_GZIP = b"\x1f\x8b"
_CHUNK = 65_536
# The longer one first: UTF-32-LE starts like UTF-16-LE.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FALLBACK = "cp1252"


class TableError(ValueError):
    """A table that cannot be read or written as it is; the message names the place and the remedy."""


class Source:
    """The bytes of a file, or of standard input, that can be read more than once.

    A source that can be read only once (standard input, a pipe) is copied into an unnamed temporary file first: the
    header, the encoding and the number of rows are known before anything is asked.

    ``encoding`` is a name that Python knows; None finds it out. ``note`` names an encoding that was found out.
    """

    def __init__(self, path: str, encoding: str | None = None) -> None:
        self.name: str = "standard input" if path == STDIN else path
        self.path: Path | None = None if path == STDIN else Path(path)
        self.note: str | None = None
        self._given = None if encoding is None else _checked_encoding(encoding)
        self._found: str | None = None
        self._spool: BinaryIO | None = None
        try:
            if self.path is None:
                self._spool = _spooled(sys.stdin.buffer)
            elif self.path.is_dir():
                raise TableError(f"{path} is a folder")
            elif not self.path.is_file():
                with self.path.open("rb") as pipe:
                    self._spool = _spooled(pipe)
            self.head: bytes = self._first_bytes()
        except OSError as error:
            raise TableError(f"{self.name} cannot be read: {error.strerror or error}") from None

    @property
    def gzipped(self) -> bool:
        return self.head.startswith(_GZIP)

    @property
    def kind(self) -> Kind:
        """The kind of file, from its first bytes."""
        with self.open() as data:
            return kind_of(self.head, data)

    def open(self) -> BinaryIO:
        """The bytes as they are, from the start; one reader at a time."""
        if self._spool is not None:
            self._spool.seek(0)
            return cast("BinaryIO", os.fdopen(os.dup(self._spool.fileno()), "rb"))
        return Path(self.name).open("rb")

    def lines(self) -> Iterator[str]:
        """The lines with their line ends, unpacked and decoded. Raises TableError that names the line."""
        number, encoding = 0, ""
        try:
            encoding = self.encoding()
            errors = "replace" if encoding == _FALLBACK and self._given is None else "strict"
            with self._unpacked() as data, io.TextIOWrapper(data, encoding, errors, newline="") as text:
                for line in text:
                    number += 1
                    yield line
        except UnicodeError as error:
            raise self._undecodable(number, encoding, error) from None
        except _TooLong:
            raise TableError(
                f"{self.name}, line {number + 1}: longer than {MOST // 1_048_576} MB; is this a table?"
            ) from None
        except (gzip.BadGzipFile, zlib.error, EOFError):
            raise TableError(
                f"{self.name}, after line {number}: the gzip data is damaged or ends early"
            ) from None
        except OSError as error:
            raise TableError(f"{self.name} cannot be read: {error.strerror or error}") from None

    def encoding(self) -> str:
        """The encoding of the text. Raises TableError if the file is not text."""
        if self._found is None:
            self._found = self._given or self._find_encoding()
        return self._found

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()

    def _first_bytes(self) -> bytes:
        with self.open() as data:
            return data.read(HEAD)

    def _unpacked(self) -> io.BufferedReader:
        data = self.open()
        raw = _Unpacked(data) if self.gzipped else data
        return io.BufferedReader(_Limited(cast("io.BufferedReader", raw)), _CHUNK)

    def _undecodable(self, number: int, encoding: str, error: UnicodeError) -> TableError:
        if self._given == "utf-8-sig":
            with self._unpacked() as data:
                wrong = _first_wrong(data, data.read(HEAD))
            place = f"line {wrong[0]}, byte 0x{wrong[1]:02X}" if wrong else f"after line {number}"
            return TableError(f"{self.name}, {place}: not UTF-8 as --encoding says")
        if self._given is not None:
            return TableError(f"{self.name}, after line {number}: not {encoding.upper()} as --encoding says")
        if encoding.startswith("utf-16") or encoding == "utf-32":
            return TableError(
                f"{self.name}, after line {number}: not {encoding.upper()} as its byte order mark says"
            )
        return TableError(f"{self.name}, after line {number}: {error}")

    def _find_encoding(self) -> str:
        with self._unpacked() as data:
            head = data.read(HEAD)
            for bom, encoding in _BOMS:
                if head.startswith(bom):
                    return encoding
            self._refuse_binary(head)
            if b"\0" in head:
                return self._without_mark(head)
            wrong = _first_wrong(data, head)
        if wrong is None:
            return "utf-8"
        line, byte = wrong
        self.note = (
            f"{self.name} is not UTF-8 (line {line}, byte 0x{byte:02X}): it is read as Windows-1252. "
            "--encoding NAME reads it as another one."
        )
        return _FALLBACK

    def _refuse_binary(self, head: bytes) -> None:
        if self.gzipped:
            binary = name_of_binary(head, io.BytesIO(head))
        else:
            with self.open() as data:
                binary = name_of_binary(head, data)
        if binary is not None:
            raise TableError(f"{self.name} is {binary}")

    def _without_mark(self, head: bytes) -> str:
        """UTF-16 without its byte order mark shows in the zeros beside the letters."""
        even, odd = head[::2].count(0), head[1::2].count(0)
        least = len(head) // 5
        found = "utf-16-le" if odd > least > even else "utf-16-be" if even > least > odd else ""
        text = head[: len(head) // 2 * 2].decode(found, "replace") if found else "\0"
        if has_controls(text.encode(errors="replace")):
            raise TableError(f"{self.name} is neither text nor a table that can be read here")
        self.note = f"{self.name} is read as {found.upper()}. --encoding NAME reads it as another one."
        return found


class _TooLong(Exception):  # noqa: N818 - it becomes a TableError that knows the line
    """A line is longer than any line of a table."""


class _Limited(io.RawIOBase):
    """Bytes of which no line is longer than 4 MB, so that none has to be held in memory."""

    def __init__(self, data: io.BufferedReader) -> None:
        self._data = data
        self._without_end = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        count = self._data.readinto(view) or 0
        chunk = bytes(view[:count])
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._without_end = self._without_end + count if end < 0 else count - end - 1
        if self._without_end > MOST:
            raise _TooLong
        return count

    def close(self) -> None:
        super().close()
        self._data.close()


class _Unpacked(gzip.GzipFile):
    """Gzip data that closes its file."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


def _first_wrong(data: io.BufferedReader, head: bytes) -> tuple[int, int] | None:
    """The line and the byte that are not UTF-8; None if all is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, chunk = 1, head
    while True:
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n"), error.object[error.start]
        if not chunk:
            return None
        line += chunk.count(b"\n")
        try:
            chunk = data.read(_CHUNK)
        except _TooLong:
            return None  # the line with it is found when the lines are read


def _checked_encoding(name: str) -> str:
    try:
        info = codecs.lookup(name)
    except LookupError:
        info = None
    # Codecs from bytes to bytes, such as base64, are told apart by this attribute alone.
    if info is None or not getattr(info, "_is_text_encoding", True):
        raise TableError(
            f"--encoding: there is no encoding {name!r}: utf-8, utf-16, cp1252, latin-1, shift_jis ..."
        )
    return "utf-8-sig" if info.name == "utf-8" else info.name


def _spooled(pipe: BinaryIO) -> BinaryIO:
    spool = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  (lives as long as the source)
    try:
        shutil.copyfileobj(pipe, spool)
        spool.flush()
    except BaseException:
        spool.close()
        raise
    return spool
