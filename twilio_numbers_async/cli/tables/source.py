"""Where rows come from: a file or standard input as bytes, unpacked, and as lines of text."""

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
from typing import BinaryIO, cast

__all__ = ["STDIN", "Source", "TableError"]

STDIN = "-"
_GZIP = b"\x1f\x8b"
# The longer one first: UTF-32-LE starts like UTF-16-LE.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TableError(ValueError):
    """A table that cannot be read or written as it is; the message names the place and the way out."""


class Source:
    """The bytes of a file, or of standard input, that can be read more than once.

    What can be read only once (standard input, a pipe) is copied into an unnamed temporary file first: the
    header, the encoding and the number of rows are known before anything is asked.
    """

    def __init__(self, path: str) -> None:
        self.name: str = "standard input" if path == STDIN else path
        self.path: Path | None = None if path == STDIN else Path(path)
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
            with self._unpacked() as data:
                encoding, bom = self._encoding(data)
                data.read(bom)
                # Surrogates stand for what is not UTF-8, so that the line can be named.
                errors = "surrogateescape" if encoding == "utf-8" else "strict"
                with io.TextIOWrapper(data, encoding, errors, newline="") as text:
                    for number, line in enumerate(text, start=1):
                        if not line.isascii():
                            self._check(line, number)
                        yield line
        except UnicodeDecodeError:
            raise TableError(
                f"{self.name}, after line {number}: not {encoding.upper()} as its byte order mark says"
            ) from None
        except (gzip.BadGzipFile, zlib.error, EOFError):
            raise TableError(
                f"{self.name}, after line {number}: the gzip data is damaged or ends early"
            ) from None
        except OSError as error:
            raise TableError(f"{self.name} cannot be read: {error.strerror or error}") from None

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()

    def _first_bytes(self) -> bytes:
        with self.open() as data:
            return data.read(4)

    def _unpacked(self) -> io.BufferedReader:
        data = self.open()
        if self.gzipped:
            return io.BufferedReader(_Unpacked(data))
        return cast("io.BufferedReader", data)

    def _encoding(self, data: io.BufferedReader) -> tuple[str, int]:
        head = data.peek(4)[:4]
        for bom, encoding in _BOMS:
            if head.startswith(bom):
                # The codecs of UTF-16 and UTF-32 need the mark themselves, to know the byte order.
                return encoding, len(bom) if encoding == "utf-8" else 0
        if b"\0" in head:
            raise TableError(
                f"{self.name}, line 1: neither text nor a table that can be read here "
                "(UTF-16 needs its byte order mark; save it as UTF-8)"
            )
        return "utf-8", 0

    def _check(self, line: str, number: int) -> None:
        try:
            line.encode()
        except UnicodeEncodeError as error:
            byte = ord(line[error.start]) - 0xDC00
            raise TableError(
                f"{self.name}, line {number}: not UTF-8 (byte 0x{byte:02X}). Save the file as UTF-8, "
                "or convert it: iconv -f WINDOWS-1252 -t UTF-8"
            ) from None


class _Unpacked(gzip.GzipFile):
    """Gzip data that closes what it reads from."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


def _spooled(pipe: BinaryIO) -> BinaryIO:
    spool = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  (lives as long as the source)
    try:
        shutil.copyfileobj(pipe, spool)
        spool.flush()
    except BaseException:
        spool.close()
        raise
    return spool
