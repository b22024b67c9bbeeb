"""The kind of a file, from its first bytes."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO, Literal

__all__ = ["HEAD", "Kind", "has_controls", "is_encrypted", "kind_of", "name_of_binary"]

HEAD = 512
"""The count of bytes to look at."""

Kind = Literal["parquet", "workbook", "text"]

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"BZh", "compressed with bzip2: unpack it first"),
    (b"\xfd7zXZ\0", "compressed with xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"),
    (b"ARROW1", "an Arrow file (Feather): save it as Parquet or CSV"),
    (b"ORC", "an ORC file: save it as Parquet or CSV"),
    (b"Obj\x01", "an Avro file: save it as Parquet or CSV"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a text document (RTF): save the table in it as CSV"),
    (b"bplist", "a property list of Apple's"),
    (b"\x00\x01\x00\x00Standard ", "an Access database: export the table as CSV"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\v\x1a\x1b\b")


def kind_of(head: bytes, data: BinaryIO) -> Kind:
    """The kind of a file, whatever its name: a workbook, Parquet, or else text."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLE) and _has_stream(data, ("Workbook", "Book", "EncryptedPackage")):
        return "workbook"
    if head.startswith(_ZIP) and _is_workbook(_members(data)):
        return "workbook"
    return "text"


def is_encrypted(data: BinaryIO) -> bool:
    """True for a document of Office that has a password, whatever kind it is of."""
    return data.read(len(_OLE)) == _OLE and _has_stream(data, ("EncryptedPackage",))


def name_of_binary(head: bytes, data: BinaryIO) -> str | None:
    """The name of a file format that is no table; None for a file that may be text."""
    if head.startswith(_ZIP):
        return _name_of_zip(_members(data))
    if head.startswith(_OLE):
        return "an old Office document, and no workbook: save the table in it as CSV"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body")):
        return "a web page (HTML), whatever its name says: open it, and save it as CSV or .xlsx"
    if start.startswith(b"<?xml"):
        return "XML: open it with the program that wrote it, and save it as CSV or .xlsx"
    return None


def has_controls(head: bytes) -> bool:
    """True for bytes that no text has."""
    return any(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)


def _members(data: BinaryIO) -> list[str] | None:
    try:
        with zipfile.ZipFile(data) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None


def _is_workbook(members: list[str] | None) -> bool:
    names = frozenset(name.replace("\\", "/").lstrip("/").casefold() for name in members or ())
    if any(name.startswith("xl/workbook.") for name in names):
        return True
    return "content.xml" in names and not any(name.startswith("word/") for name in names)


def _name_of_zip(members: list[str] | None) -> str:
    if members is None:
        return "a zip archive that is damaged"
    if any(name.startswith("word/") for name in members):
        return "a Word document: save the table in it as CSV or .xlsx"
    if any(name.startswith("ppt/") for name in members):
        return "a PowerPoint document"
    if any(name.endswith(".numbers") or name.startswith("Index/") for name in members):
        return "a document of Apple's Numbers: export it as CSV or .xlsx"
    inside = ", ".join(members[:3]) + (" and more" if len(members) > 3 else "")
    return f"a zip archive ({inside or 'it is empty'}): unpack it first"


def _has_stream(data: BinaryIO, names: tuple[str, ...]) -> bool:
    """Look for the names of streams in the directory of an OLE file, wherever it stands."""
    marks = [name.encode("utf-16-le") + b"\0\0" for name in names]
    data.seek(0)
    kept = b""
    while chunk := data.read(io.DEFAULT_BUFFER_SIZE * 128):
        window = kept + chunk
        if any(mark in window for mark in marks):
            return True
        kept = window[-64:]
    return False
