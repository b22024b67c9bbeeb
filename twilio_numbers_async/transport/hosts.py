"""The hosts of Twilio's products, edges and regions, and the next pages that may be followed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import get_args
from urllib.parse import SplitResult, unquote, urlsplit

from ..errors import ConfigurationError, PagingError
from .endpoint import Product

__all__ = ["Hosts", "check_target", "is_loopback"]

_DEFAULT_REGION = "us1"
_name = re.compile(r"(?=.{1,63}\Z)[A-Za-z0-9]+(-[A-Za-z0-9]+)*").fullmatch
_LONGEST_LABEL = 63
_DEFAULT_PORTS: Mapping[str, int] = {"http": 80, "https": 443}


class Hosts:
    """The origin of each product.

    ``base_url`` stands for every host. An edge without a region means the region ``us1``; a region needs an
    edge, since ``product.region.twilio.com`` no longer exists.

    ``bases`` has ``https://host[:port][/prefix]`` of each product, without a slash at the end.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        edge: str | None = None,
        region: str | None = None,
        allow_insecure: bool = False,
    ) -> None:
        self.bases: dict[Product, str]
        if base_url is not None:
            if edge is not None or region is not None:
                raise ConfigurationError("base_url stands for every host: leave edge and region out")
            base = _checked_base_url(base_url, allow_insecure=allow_insecure)
            self.bases = dict.fromkeys(get_args(Product), base)
        else:
            middle = _edge_and_region(edge, region)
            self.bases = {product: f"https://{product}{middle}.twilio.com" for product in get_args(Product)}
            # Tokens and uploads have one host each, whatever the edge.
            self.bases["oauth"] = _public("oauth")
            self.bases["numbers-upload"] = _public("numbers-upload")

    @property
    def shown(self) -> str:
        """The origins for people: without a path, which may be secret."""
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.bases["numbers"]))

    def follow(self, product: Product, next_page: str) -> str:
        """The path and query of a next page, to be asked at the configured origin.

        ``next_page`` is an absolute path, or a URL on the product's public host or on the configured origin.
        Raises PagingError for any other: credentials go nowhere else.
        """
        base = urlsplit(self.bases[product])
        prefix = base.path
        if next_page.startswith("/") and not next_page.startswith("//"):
            target = next_page
        else:
            url = _split(next_page)
            origin = _origin(url)
            if url.username is not None or origin not in {_origin(base), _origin(urlsplit(_public(product)))}:
                raise PagingError("The next page is on a foreign host; it was not asked for")
            target = url.path or "/"
            if url.query:
                target = f"{target}?{url.query}"
            if origin != _origin(base):
                prefix = ""  # Twilio's public host knows nothing of the gateway's prefix
        check_target(target)
        return target[len(prefix) :] if prefix and target.startswith(f"{prefix}/") else target


def check_target(target: str) -> None:
    """Raise PagingError for a path and query that could be read as something else."""
    if any(not 0x21 <= ord(character) <= 0x7E or character in '\\"<>#' for character in target):
        raise PagingError("The address of the next page has characters that no URL may have")
    if any(unquote(segment) in {".", ".."} for segment in target.partition("?")[0].split("/")):
        raise PagingError("The address of the next page has dot segments")


def _public(product: str) -> str:
    return f"https://{product}.twilio.com"


def _edge_and_region(edge: str | None, region: str | None) -> str:
    for name, value in (("edge", edge), ("region", region)):
        if value is not None and not (isinstance(value, str) and _name(value)):
            raise ConfigurationError(f"{name} must be a name such as {'dublin' if name == 'edge' else 'ie1'}")
    if region is not None and edge is None:
        raise ConfigurationError(
            "region needs an edge too (such as edge='dublin', region='ie1'): "
            "a host with a region alone no longer exists"
        )
    return "" if edge is None else f".{edge}.{region or _DEFAULT_REGION}"


def _checked_base_url(base_url: str, *, allow_insecure: bool) -> str:
    try:
        url = _split(base_url)
        check_target(url.path)
    except (PagingError, AttributeError, TypeError):
        raise ConfigurationError("base_url is not a URL") from None
    if url.scheme not in _DEFAULT_PORTS or not url.hostname:
        raise ConfigurationError("base_url must be an absolute URL such as https://gateway.example.com")
    if url.username is not None or url.query or url.fragment:
        raise ConfigurationError("base_url must have no user, query or fragment")
    if not _may_exist(url.hostname):
        raise ConfigurationError("base_url names a host that cannot exist")
    if url.scheme == "http" and not allow_insecure and not is_loopback(url.hostname):
        raise ConfigurationError(
            "base_url is plain http on a host that is not this machine: credentials would travel in the clear "
            "(allow_insecure=True allows it)"
        )
    return f"{url.scheme}://{url.netloc}{url.path.rstrip('/')}"


def _may_exist(host: str) -> bool:
    """False for what cannot be the name or the IPv4 address of a host."""
    if host.replace(".", "").isdigit():
        return _is_address(host)
    return ":" in host or all(
        1 <= len(label) <= _LONGEST_LABEL for label in host.removesuffix(".").split(".")
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """True for a host that is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> SplitResult:
    # urlsplit drops tabs and newlines silently, which would let two readers see two hosts.
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in text):
        raise PagingError("The address of the next page has characters that no URL may have")
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        raise PagingError("The address of the next page is not a URL") from None
    return url


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, _DEFAULT_PORTS.get(url.scheme) if url.port is None else url.port
