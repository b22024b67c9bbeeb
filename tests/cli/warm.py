"""Imported by the process that is copied: a first command brings in what every other one needs."""

from __future__ import annotations

from typer.testing import CliRunner

from twilio_numbers_async.cli.app import app

CliRunner().invoke(app, ["check", "--sandbox", "--country", "US", "415-555-0100"])
