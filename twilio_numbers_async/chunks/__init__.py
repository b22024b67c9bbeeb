"""A sweep in pieces that any engine can carry: a pool of processes, Celery, taskiq, Airflow and others.

::

    for chunk in split(numbers, size=1000, operation="portability", country="US"):
        ...                                         # hand it to the engine

    result = await sweep_chunk(twilio, chunk)       # in a worker with an event loop
    result = ChunkRunner(TwilioNumbers.from_env)(chunk)  # in one without

    journal.merge(result)                           # back home: done means in the journal

A chunk runs at least once and is harmless to repeat. Numbers that failed are outcomes; AuthenticationError (401) and
PermissionDeniedError (403) are raised, and an engine must not try those again.
"""

from ..sweep import Chunk, ChunkOptions
from .results import ChunkResult
from .runner import ChunkRunner
from .splitting import split, sweep_chunk

__all__ = ["Chunk", "ChunkOptions", "ChunkResult", "ChunkRunner", "split", "sweep_chunk"]
