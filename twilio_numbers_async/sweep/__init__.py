"""One call over many inputs: the engine, its outcomes, and the journal that lets it go on where it was cut short."""

from .engine import Sweep
from .journal import Journal
from .outcome import Outcome, Progress
from .policy import may_pass, stops_all
from .rows import Cell, Columns, Row
from .store import JournalCounts, JournalError

__all__ = [
    "Cell",
    "Columns",
    "Journal",
    "JournalCounts",
    "JournalError",
    "Outcome",
    "Progress",
    "Row",
    "Sweep",
    "may_pass",
    "stops_all",
]
