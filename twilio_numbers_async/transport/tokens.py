"""Authorization headers of credentials that are renewed, and the requests for their tokens."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Mapping

from ..errors import ApiError, ConfigurationError, RequestTimeoutError, TransportError, TwilioNumbersError
from .call import Call
from .client_state import ClientState, Options
from .credentials import Secret, Token
from .endpoint import Endpoint
from .events import show_exchange, show_wait
from .http.sending import Outgoing
from .http.session import TimeLimit
from .request import FORM, form_body
from .response import read_result
from .retry import is_refusal, pause_before_retry

__all__ = ["Tokens"]

_TOKEN = Endpoint(
    operation="CreateToken", method="POST", host="oauth", path="/v2/token", result=Token, idempotent=True
)


class Tokens:
    """The Authorization headers of a client's credentials, for the calls of one caller."""

    def __init__(self, client_state: ClientState, options: Options, limit: TimeLimit) -> None:
        self._client_state = client_state
        self._options = options
        self._limit = limit

    def header(self) -> Secret | None:
        """The header that is valid now; None if there is none and it must be renewed.

        Raises ConfigurationError for credentials that give no header.
        """
        credentials = self._client_state.credentials
        return _checked_header(
            credentials.authorization(self._client_state.runtime.clock()), credentials, "authorization"
        )

    async def renew(self, old: Secret | None, seconds: float | None) -> Secret | None:
        """Get a header in place of ``old``, within ``seconds``.

        Calls that need one at the same time share the request. Raises an error of its own for each of them.
        """
        client_state = self._client_state
        limit = asyncio.timeout(seconds)
        failure: TwilioNumbersError
        try:
            async with limit:
                return _checked_header(
                    await client_state.credentials.renew(
                        self._request, client_state.runtime.clock, None if old is None else old.value
                    ),
                    client_state.credentials,
                )
        except TwilioNumbersError as error:
            failure = copy.copy(error)
        except TimeoutError:
            if not limit.expired():
                raise
            failure = RequestTimeoutError("No token within the deadline")
        raise failure

    def _request(self, form: Mapping[str, str | None]) -> Awaitable[Token]:
        # No coroutine: its frame, with the secret in it, is gone before anything can fail.
        return self._post(Call(_TOKEN, _TOKEN.path, (), Outgoing(form_body(form), FORM)))

    async def _post(self, call: Call) -> Token:
        """Ask for a token: past the gate, whose holders wait for it, and with the retries of any upsert.

        No deadline holds here: calls with other deadlines may wait for it too, each as long as its own allows.
        """
        client_state = self._client_state
        runtime = client_state.runtime
        failure: TwilioNumbersError
        while True:
            call.attempts += 1
            began, answer = runtime.clock(), None
            try:
                answer = await client_state.session.exchange(
                    "POST", client_state.hosts.bases["oauth"], call.target, None, self._limit, call.body,
                    most=self._options.max_body,
                )  # fmt: skip
                show_exchange(client_state.on_response, call, runtime.clock() - began, answer, None)
                return read_result(_TOKEN, answer.status, answer.headers, answer.body)
            except (ApiError, TransportError) as error:
                failure = error
            if isinstance(failure, TransportError):
                failure.method, failure.route = _TOKEN.method, _TOKEN.path
                show_exchange(client_state.on_response, call, runtime.clock() - began, None, failure)
            if is_refusal(failure):
                call.refused_since = call.refused_since if call.refusals else runtime.clock()
                call.refusals += 1
            else:
                call.failures += 1
            pause = pause_before_retry(
                self._options.retry, failure, call,
                refused_time=runtime.clock() - call.refused_since, random=runtime.random,
            )  # fmt: skip
            if pause is None:
                raise call.told(failure)
            show_wait(client_state.on_event, call, failure, pause)
            await runtime.sleep(pause)


def _checked_header(header: object, credentials: object, method: str = "renew") -> Secret | None:
    """The header that credentials gave; None is an answer of ``authorization`` alone.

    Raises ConfigurationError, which does not repeat it.
    """
    if header is None and method == "authorization":
        return None
    if isinstance(header, str) and header.isascii() and header.isprintable() and header.strip():
        return Secret(header)
    given = type(header).__name__ if not isinstance(header, str) else "a text that is no header"
    del header  # it is no variable of a frame that fails
    raise ConfigurationError(
        f"{type(credentials).__name__}.{method} must give the value of the Authorization header, such as "
        f"'Bearer ...'{' or None' if method == 'authorization' else ''}, and gave {given}"
    )
