"""Twilio's error bodies and codes, with which the sandbox refuses requests."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

BAD_REQUEST = 70002

PORT_IN_ERRORS = {
    22130: "Port in request contains numbers that the Porting API does not support",
    22170: "Port in request has an invalid bundle",
    22171: "Port in request is missing required fields",
    22172: "Port in request contains numbers of several countries or not in E.164 format",
    22173: "Port in request has an invalid address SID",
}

PHONE_NUMBER_ERRORS = {
    21421: "PhoneNumber is invalid",
    21422: "PhoneNumber is not available",
    21451: "Invalid area code",
    21452: "No phone numbers found in the area code",
    21473: "The phone number cannot be moved to an account that is not related to yours",
    21474: "The phone number can be moved with the credentials of the parent account only",
    21631: "The phone number requires an address: AddressSid",
    21649: "The phone number requires a bundle: BundleSid",
    22300: "The account is restricted and cannot buy this phone number",
    22350: "The phone number cannot be released",
}


class Refusal(Exception):  # noqa: N818 - it is an answer, not a failure of the sandbox
    """A refused request: raised anywhere below the server, which answers it."""

    def __init__(self, status: int, code: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers

    def body(self) -> bytes:
        """The error body: ``{code, message, more_info, status}``."""
        return msgspec.json.encode(
            {
                "code": self.code,
                "message": self.message,
                "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
                "status": self.status,
            }
        )


def unauthorized() -> Refusal:
    """401: unknown credentials."""
    return Refusal(401, 20003, "Authenticate", **{"WWW-Authenticate": 'Basic realm="Twilio API"'})


def forbidden(message: str) -> Refusal:
    """403: the account may not do that."""
    return Refusal(403, 20403, message)


def not_found(path: str) -> Refusal:
    """404: no such resource, or another account's."""
    return Refusal(404, 20404, f"The requested resource {path} was not found")


def method_not_allowed(allowed: Iterable[str]) -> Refusal:
    """405: the path has other methods."""
    return Refusal(405, 20004, "Method not allowed", Allow=", ".join(allowed))


def conflict(message: str) -> Refusal:
    """409: the state of the resource does not allow it."""
    return Refusal(409, 20409, message)


def unsupported_media_type(expected: str) -> Refusal:
    """415: a body of another type than the operation takes."""
    return bad_request(f"Unsupported Content-Type, expected {expected}", 415)


def headers_too_large() -> Refusal:
    """431: a header that is too long, or too many of them."""
    return bad_request("The headers are too large", 431)


def too_many_requests() -> Refusal:
    """429: more requests at once than the account may have."""
    return Refusal(429, 20429, "Too Many Requests")


def bad_request(message: str, status: int = 400) -> Refusal:
    """400: a value of the wrong type, form or range. Another status: a request that is too large or too slow."""
    return Refusal(status, BAD_REQUEST, message)


def unknown_parameter(place: str) -> Refusal:
    """400: a query parameter or body field that is not in the specification."""
    return Refusal(400, 20001, f"Unknown parameters: {place}")


def page_too_large(name: str, maximum: int) -> Refusal:
    """400: a page size above the maximum."""
    return Refusal(400, 20007, f"Page size too large: {name} is at most {maximum}")


def invalid_phone_number() -> Refusal:
    """400: text that cannot be a phone number."""
    return Refusal(400, 22102, "Invalid phone number: expected E.164 format")


def port_in_error(code: int, why: str) -> Refusal:
    """400: a port-in that cannot be created (22130, 22170-22173)."""
    return Refusal(400, code, f"{PORT_IN_ERRORS[code]}: {why}")


def phone_number_error(code: int) -> Refusal:
    """400: a number that cannot be bought, moved or released (see ``PHONE_NUMBER_ERRORS``)."""
    return Refusal(400, code, PHONE_NUMBER_ERRORS[code])
