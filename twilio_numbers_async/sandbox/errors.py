"""Twilio's error bodies and codes, with which the sandbox refuses requests."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

UNKNOWN_PARAMETER = 20001
UNAUTHORIZED = 20003
METHOD_NOT_ALLOWED = 20004
PAGE_TOO_LARGE = 20007
FORBIDDEN = 20403
NOT_FOUND = 20404
CONFLICT = 20409
TOO_MANY_REQUESTS = 20429
INVALID_PHONE_NUMBER = 22102
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
    return Refusal(401, UNAUTHORIZED, "Authenticate", **{"WWW-Authenticate": 'Basic realm="Twilio API"'})


def forbidden(message: str) -> Refusal:
    """403: the account may not do that."""
    return Refusal(403, FORBIDDEN, message)


def not_found(path: str) -> Refusal:
    """404: no such resource, or another account's."""
    return Refusal(404, NOT_FOUND, f"The requested resource {path} was not found")


def method_not_allowed(allowed: Iterable[str]) -> Refusal:
    """405: the path has other methods."""
    return Refusal(405, METHOD_NOT_ALLOWED, "Method not allowed", Allow=", ".join(allowed))


def conflict(message: str) -> Refusal:
    """409: the state of the resource does not allow it."""
    return Refusal(409, CONFLICT, message)


def request_timeout() -> Refusal:
    """408: the body did not come in time."""
    return Refusal(408, BAD_REQUEST, "The body did not come in time")


def body_too_large(limit: int) -> Refusal:
    """413: a body above the size of the operation."""
    return Refusal(413, BAD_REQUEST, f"The body is larger than {limit} bytes")


def line_too_long(limit: int) -> Refusal:
    """414: a URL above the size that is read."""
    return Refusal(414, BAD_REQUEST, f"The URL is longer than {limit} bytes")


def unsupported_media_type(expected: str) -> Refusal:
    """415: a body of another type than the operation takes."""
    return Refusal(415, BAD_REQUEST, f"Unsupported Content-Type, expected {expected}")


def headers_too_large() -> Refusal:
    """431: a header that is too long, or too many of them."""
    return Refusal(431, BAD_REQUEST, "The headers are too large")


def too_many_requests() -> Refusal:
    """429: more requests at once than the account may have."""
    return Refusal(429, TOO_MANY_REQUESTS, "Too Many Requests")


def bad_request(message: str) -> Refusal:
    """400: a value of the wrong type, form or range."""
    return Refusal(400, BAD_REQUEST, message)


def unknown_parameter(place: str) -> Refusal:
    """400: a query parameter or body field that is not in the specification."""
    return Refusal(400, UNKNOWN_PARAMETER, f"Unknown parameters: {place}")


def page_too_large(name: str, maximum: int) -> Refusal:
    """400: a page size above the maximum."""
    return Refusal(400, PAGE_TOO_LARGE, f"Page size too large: {name} is at most {maximum}")


def invalid_phone_number() -> Refusal:
    """400: text that cannot be a phone number."""
    return Refusal(400, INVALID_PHONE_NUMBER, "Invalid phone number: expected E.164 format")


def port_in_error(code: int, why: str) -> Refusal:
    """400: a port-in that cannot be created (22130, 22170-22173)."""
    return Refusal(400, code, f"{PORT_IN_ERRORS[code]}: {why}")


def phone_number_error(code: int) -> Refusal:
    """400: a number that cannot be bought, moved or released (see ``PHONE_NUMBER_ERRORS``)."""
    return Refusal(400, code, PHONE_NUMBER_ERRORS[code])
