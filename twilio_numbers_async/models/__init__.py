"""Twilio's answers and the requests to Twilio: a folder an API, a module a resource family.

The names stand in ``__init__.pyi``, each with its module.
"""

from .._lazy import lazy_names

__getattr__, __dir__ = lazy_names(__name__)
