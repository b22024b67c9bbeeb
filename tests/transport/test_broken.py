"""The words for what aiohttp raises."""

from __future__ import annotations

import errno
import os

import aiohttp
import pytest

from twilio_numbers_async.transport.http.broken import our_error

# As aiohttp puts it if a connection breaks while the body is written.
WRITING = "Can not write request body for https://gateway.example.com/secret/IncomingPhoneNumbers/PN0"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (aiohttp.ClientOSError(errno.EPIPE, WRITING), os.strerror(errno.EPIPE)),
        (aiohttp.ClientOSError(None, WRITING), "ClientOSError"),
        (aiohttp.ClientOSError(errno.ECONNRESET, "Connection reset by peer"), "Connection reset by peer"),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError"),
    ],
)
def test_no_url_is_in_the_words_for_a_broken_connection(error: aiohttp.ClientError, words: str) -> None:
    assert str(our_error(error, was_sent=True)) == f"The connection broke: {words}"
