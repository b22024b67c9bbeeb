"""A Twilio to try things on: a stateful, strict server for tests, demonstrations and benchmarks.

Nothing is imported before it is used, so that the pytest plugin costs nothing where nobody asks for it. The names stand
in ``__init__.pyi``, each with its module.
"""

from .._lazy import lazy_names

__getattr__, __dir__ = lazy_names(__name__)
