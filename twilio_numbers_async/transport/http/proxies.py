"""Finds the proxy for an origin."""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit

from ...errors import ConfigurationError
from ..hosts import is_loopback

__all__ = ["check_tunnel", "checked_proxy", "proxy_from_environment"]


def proxy_from_environment(base: str) -> str | None:
    """The proxy that the environment names for an origin; None where there is none.

    It is read once an origin, and without .netrc: aiohttp asks both again in a thread for each request.
    """
    parts = urlsplit(base)
    if urllib.request.proxy_bypass(parts.netloc):
        return None
    proxy = urllib.request.getproxies().get(parts.scheme)
    if not proxy:
        return None
    return checked_proxy(proxy if "://" in proxy else f"http://{proxy}")


def checked_proxy(proxy: str) -> str:
    """The proxy as given. Raises ConfigurationError where it is no URL of one."""
    try:
        parts = urlsplit(proxy)
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except (ValueError, AttributeError, TypeError):
        fits = False
    if not fits:
        raise ConfigurationError("proxy must be a URL such as http://proxy.example.com:3128")
    return proxy


def check_tunnel(base: str, proxy: str) -> None:
    """Raise ConfigurationError where the proxy would see the credentials: plain http is not sent through a tunnel."""
    if urlsplit(base).scheme == "http" and not is_loopback(urlsplit(proxy).hostname or ""):
        raise ConfigurationError(
            "base_url is plain http: a proxy on another machine would see the credentials "
            "(allow_insecure=True allows it)"
        )
