"""The asyncio client for Twilio's phone-number APIs.

::

    from twilio_numbers_async import TwilioNumbers

    async with TwilioNumbers(account_sid, auth_token) as twilio:
        portability = await twilio.portability.fetch("+14155550100")

The public names stand in ``__init__.pyi``, each with its module, which is imported when the name is first used.
"""

from ._lazy import lazy_names
from ._version import __version__ as __version__

__getattr__, __dir__ = lazy_names(__name__)
