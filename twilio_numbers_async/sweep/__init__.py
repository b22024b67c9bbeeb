"""One call over many inputs: the engine, its outcomes, and the journal that lets it go on where it was cut short."""

from ..errors import JournalError
from .chunk import Chunk, ChunkOptions
from .codec import error_of, json_of, key_text
from .failures import may_pass, stops_all
from .journal import Journal
from .merging import Entry
from .outcome import Outcome, Progress
from .policy import SweepPolicy
from .rows import Cell, Columns, Row
from .store import JournalCounts
from .sweep import Sweep

__all__ = [
    "Cell",
    "Chunk",
    "ChunkOptions",
    "Columns",
    "Entry",
    "Journal",
    "JournalCounts",
    "JournalError",
    "Outcome",
    "Progress",
    "Row",
    "Sweep",
    "SweepPolicy",
    "error_of",
    "json_of",
    "key_text",
    "may_pass",
    "stops_all",
]
