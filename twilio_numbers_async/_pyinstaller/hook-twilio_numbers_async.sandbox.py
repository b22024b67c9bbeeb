"""Adds the modules of the sandbox to a program that uses it."""

from twilio_numbers_async import _lazy

hiddenimports = _lazy.modules_of("twilio_numbers_async.sandbox")
