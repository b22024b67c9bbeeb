"""The library's messages in the words of the command line: options for keywords, commands for calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar

from ..errors import ConfigurationError, InvalidArgumentError

__all__ = ["WORDS", "in_commands", "in_options", "worded"]

WORDS: ContextVar[Mapping[str, str]] = ContextVar("WORDS")
"""The command's options by the library's keywords, such as ``base_url``: ``--base-url``."""

_ALWAYS: Mapping[str, str] = {"near_number": "--near", "near_lat_long": "--near"}
_ADVICE = re.compile(r" \([a-z_]+=True allows it\)")
_WORD = re.compile(r"(?<![\w.-])[a-z]+(?:_[a-z0-9]+)*(?![\w.-])")

_VALUE = re.compile(r"\b([a-z]+)='(\w+)'")
_CALL = re.compile(r"\b(twilio(?:\.\w+)+|plan_\w+)\([^()]*\)")
# The calls that the library recommends, and the commands that make them. The Console does what no command does.
_COMMANDS: Mapping[str, str] = {
    "twilio.accounts.list": "`twilio-numbers accounts list`",
    "twilio.addresses.ensure": "`twilio-numbers addresses create`",
    "twilio.addresses.list": "`twilio-numbers addresses list`",
    "twilio.regulations.find": "`twilio-numbers compliance needs`",
    "twilio.regulations.list": "`twilio-numbers compliance needs`",
    "plan_bundle": "`twilio-numbers compliance plan`",
    "twilio.bundles.create_all": "`twilio-numbers compliance create`",
    "twilio.bundles.wait": "`twilio-numbers compliance status`",
    "twilio.bundles.fetch": "`twilio-numbers compliance status`",
    "twilio.incoming_phone_numbers.list": "`twilio-numbers numbers list`",
    "twilio.hosted_number_orders.verify": "`twilio-numbers hosting verify`",
    "twilio.port_ins.list": "`twilio-numbers port-ins list`",
    "twilio.end_users.list": "the end users in the Twilio Console",
    "twilio.supporting_documents.list": "the supporting documents in the Twilio Console",
}
_CONSOLE = "the Twilio Console"
_SETTINGS: Mapping[str, str] = {
    "as address_sid": "as --set address_sid=AD...",
    "as bundle_sid": "as --set bundle_sid=BU...",
    "as identity_sid": "as --set identity_sid=RI...",
}


def in_options(message: str, argument: str | None = None, more: Mapping[str, str] | None = None) -> str:
    """The message with options in place of the library's keywords.

    ``argument`` is the keyword that the message is about. ``more`` are other names for keywords, such as those of
    variables.
    """
    more = more or {}
    words = {**_ALWAYS, **WORDS.get({}), **more}

    def option(match: re.Match[str]) -> str:
        word = match.group()
        # A keyword of one part, such as limit, is a common word too.
        known = "_" in word or (match.start() == 0 and (word == argument or word in more))
        return words[word] if known and word in words else word

    def value(match: re.Match[str]) -> str:
        return f"{words.get(match[1], match[1])}={match[2]}"

    message = _WORD.sub(option, _VALUE.sub(value, _ADVICE.sub("", message)))
    return message.replace("--near or --near", "--near")


def in_commands(message: str) -> str:
    """The message with commands in place of the calls that the library recommends."""
    message = _CALL.sub(lambda match: _COMMANDS.get(match[1], _CONSOLE), _ADVICE.sub("", message))
    for keyword, option in _SETTINGS.items():
        message = message.replace(keyword, option)
    return message


def worded(error: BaseException) -> str:
    """The message of an error, in the words of the commands and of their options."""
    message = in_commands(str(error)) or type(error).__name__
    if isinstance(error, InvalidArgumentError | ConfigurationError):
        return in_options(message, getattr(error, "argument", None))
    return message
