from __future__ import annotations

from typing import Any, get_args

import pytest

from twilio_numbers_async.errors import ConfigurationError, PagingError
from twilio_numbers_async.transport.endpoint import Product
from twilio_numbers_async.transport.hosts import Hosts

EDGES = ["ashburn", "umatilla", "dublin", "frankfurt", "singapore", "tokyo", "sydney", "sao-paulo", "roaming"]
PATH = "/v1/SigningRequest/Configuration"


def all_bases(hosts: Hosts) -> dict[Product, str]:
    return {product: hosts.bases[product] for product in get_args(Product)}


def test_twilios_own_hosts() -> None:
    assert all_bases(Hosts()) == {
        "numbers": "https://numbers.twilio.com",
        "api": "https://api.twilio.com",
        "messaging": "https://messaging.twilio.com",
        "trunking": "https://trunking.twilio.com",
        "numbers-upload": "https://numbers-upload.twilio.com",
        "oauth": "https://oauth.twilio.com",
    }


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("region", [None, "us1", "ie1", "au1"])
def test_edge_and_region(edge: str, region: str | None) -> None:
    hosts = Hosts(edge=edge, region=region)
    assert hosts.bases["numbers"] == f"https://numbers.{edge}.{region or 'us1'}.twilio.com"
    products: tuple[Product, ...] = ("api", "messaging", "trunking")
    for product in products:
        assert hosts.bases[product] == f"https://{product}.{edge}.{region or 'us1'}.twilio.com"


def test_tokens_and_uploads_have_one_host_whatever_the_edge() -> None:
    hosts = Hosts(edge="dublin", region="ie1")
    assert hosts.bases["oauth"] == "https://oauth.twilio.com"
    assert hosts.bases["numbers-upload"] == "https://numbers-upload.twilio.com"


def test_a_region_without_an_edge_has_no_host() -> None:
    with pytest.raises(ConfigurationError, match="region needs an edge"):
        Hosts(region="ie1")


@pytest.mark.parametrize(
    "name", ["", "a.b", "evil.com/", "a b", "a@b", "\u00e4", "-", "-a", "dublin\n", "a:1", "#", "?", 5, b"a"]
)
def test_an_edge_or_region_that_would_change_the_host_is_refused(name: Any) -> None:
    with pytest.raises(ConfigurationError, match="edge must be a name"):
        Hosts(edge=name)
    with pytest.raises(ConfigurationError, match="region must be a name"):
        Hosts(edge="dublin", region=name)


@pytest.mark.parametrize(("edge", "region"), [("dublin", None), (None, "ie1"), ("dublin", "ie1")])
def test_base_url_and_an_edge_do_not_go_together(edge: str | None, region: str | None) -> None:
    with pytest.raises(ConfigurationError, match="leave edge and region out"):
        Hosts(base_url="https://gateway.example.com", edge=edge, region=region)


@pytest.mark.parametrize(
    ("base_url", "base"),
    [
        ("https://gateway.example.com", "https://gateway.example.com"),
        ("https://gateway.example.com/", "https://gateway.example.com"),
        ("https://gateway.example.com:8443/twilio/", "https://gateway.example.com:8443/twilio"),
        ("HTTPS://Gateway.Example.com", "https://Gateway.Example.com"),
        ("http://127.0.0.1:8010", "http://127.0.0.1:8010"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8010", "http://[::1]:8010"),
        ("http://localhost:8010", "http://localhost:8010"),
        ("http://twilio.localhost", "http://twilio.localhost"),
        ("https://gateway.example.com.", "https://gateway.example.com."),
        (f"https://{'a' * 63}.example.com", f"https://{'a' * 63}.example.com"),
        ("https://b\u00fccher.example", "https://b\u00fccher.example"),
        ("https://192.0.2.1", "https://192.0.2.1"),
    ],
)
def test_base_url_stands_for_every_host(base_url: str, base: str) -> None:
    assert set(all_bases(Hosts(base_url=base_url)).values()) == {base}


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "gateway.example.com",
        "//gateway.example.com",
        "ftp://gateway.example.com",
        "https://",
        "https:///path",
        "https://user@gateway.example.com",
        "https://user:password@gateway.example.com",
        "https://gateway.example.com?a=b",
        "https://gateway.example.com#a",
        "https://gateway.example.com:port",
        "https://gateway.example.com:99999",
        "https://gateway.example.com\n",
        "https://gateway\t.example.com",
        " https://gateway.example.com",
        "https://gateway.example.com\\@evil.example",
        "https://[gateway.example.com",
        "https://gateway.example.com/a/../b",
        "https://gateway.example.com/%2e%2e",
        "https://gateway.example.com/\u00e4",
        "https://gateway..example.com",
        f"https://{'a' * 64}.example.com",
        f"https://{chr(252) * 64}.example.com",
        "https://192.0.2.256",
        "https://192.0.2",
        5,
        b"https://gateway.example.com",
    ],
)
def test_a_base_url_that_is_none_is_refused(base_url: Any) -> None:
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        Hosts(base_url=base_url)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://gateway.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://[2001:db8::1]",
    ],
)
def test_plain_http_stays_on_this_machine_unless_allowed(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="allow_insecure"):
        Hosts(base_url=base_url)
    assert Hosts(base_url=base_url, allow_insecure=True).bases["numbers"] == base_url


@pytest.mark.parametrize(
    ("base_url", "edge", "next_page", "target"),
    [
        (None, None, f"https://numbers.twilio.com{PATH}?Page=1&PageToken=x", f"{PATH}?Page=1&PageToken=x"),
        (None, None, f"https://numbers.twilio.com:443{PATH}", PATH),
        (None, None, f"HTTPS://NUMBERS.twilio.COM{PATH}", PATH),
        (None, None, f"{PATH}?PageToken=%2F%2Fevil", f"{PATH}?PageToken=%2F%2Fevil"),
        (None, None, "https://numbers.twilio.com", "/"),
        (None, None, f"https://numbers.twilio.com{PATH}#part", PATH),
        (None, "dublin", f"https://numbers.twilio.com{PATH}?a=b", f"{PATH}?a=b"),
        (None, "dublin", f"https://numbers.dublin.us1.twilio.com{PATH}?a=b", f"{PATH}?a=b"),
        ("http://127.0.0.1:8010", None, f"https://numbers.twilio.com{PATH}?a=b", f"{PATH}?a=b"),
        ("http://127.0.0.1:8010", None, f"http://127.0.0.1:8010{PATH}?a=b", f"{PATH}?a=b"),
        ("https://gateway.example.com/twilio", None, f"https://numbers.twilio.com{PATH}", PATH),
        ("https://gateway.example.com/twilio", None, f"https://gateway.example.com/twilio{PATH}", PATH),
        ("https://gateway.example.com/twilio", None, f"https://gateway.example.com{PATH}", PATH),
        ("https://gateway.example.com/twilio", None, f"/twilio{PATH}?a=b", f"{PATH}?a=b"),
        ("https://gateway.example.com/twilio", None, f"/twilioX{PATH}", f"/twilioX{PATH}"),
        # Twilio's own path may begin like the gateway's prefix.
        ("https://gateway.example.com/v1", None, f"https://numbers.twilio.com{PATH}", PATH),
    ],
)
def test_a_next_page_is_asked_for_where_the_client_is_configured_to_ask(
    base_url: str | None, edge: str | None, next_page: str, target: str
) -> None:
    assert Hosts(base_url=base_url, edge=edge).follow("numbers", next_page) == target


def test_each_product_has_its_own_public_host() -> None:
    hosts = Hosts(base_url="http://127.0.0.1:8010")
    assert hosts.follow("api", "https://api.twilio.com/2010-04-01/x") == "/2010-04-01/x"
    with pytest.raises(PagingError, match="foreign host"):
        hosts.follow("api", f"https://numbers.twilio.com{PATH}")


FOREIGN = [
    "",
    "v1/relative",
    "?Page=1",
    f"//numbers.twilio.com{PATH}",
    f"///numbers.twilio.com{PATH}",
    f"//evil.example{PATH}",
    f"https:{PATH}",
    f"https://{PATH}",
    f"https:/numbers.twilio.com{PATH}",
    f"https://evil.example{PATH}",
    f"http://numbers.twilio.com{PATH}",
    f"http://numbers.twilio.com:443{PATH}",
    f"ftp://numbers.twilio.com{PATH}",
    f"javascript://numbers.twilio.com{PATH}",
    f"https://numbers.twilio.com:444{PATH}",
    f"https://numbers.twilio.com:0{PATH}",
    f"https://numbers.twilio.com:-1{PATH}",
    f"https://numbers.twilio.com:port{PATH}",
    f"https://numbers.twilio.com.{PATH}",
    f"https://numbers.twilio.com.evil.example{PATH}",
    f"https://xnumbers.twilio.com{PATH}",
    f"https://twilio.com{PATH}",
    f"https://api.twilio.com{PATH}",
    f"https://numbers.twilio.com@evil.example{PATH}",
    f"https://user:password@numbers.twilio.com{PATH}",
    f"https://@numbers.twilio.com{PATH}",
    f"https://:@numbers.twilio.com{PATH}",
    f"https://evil.example\\@numbers.twilio.com{PATH}",
    f"https:\\\\numbers.twilio.com{PATH}",
    f"/\\evil.example{PATH}",
    f"https://numbers.twilio.com\t{PATH}",
    f"\thttps://numbers.twilio.com{PATH}",
    f" https://numbers.twilio.com{PATH}",
    f"https://numbers.twi\nlio.com{PATH}",
    f"https://numbers.twilio.com\x00{PATH}",
    f"https://numbers\u3002twilio\u3002com{PATH}",
    f"https://numbers.twil\u0456o.com{PATH}",
    f"https://\uff4eumbers.twilio.com{PATH}",
    f"https://numbers.twilio.com%2eevil.example{PATH}",
    f"https://[numbers.twilio.com]{PATH}",
    f"https://[::1]{PATH}",
    f"https://[::1%25eth0]{PATH}",
    f"https://[::ffff:127.0.0.1]{PATH}",
    f"http://127.0.0.1{PATH}",
    f"/v1/a b{PATH}",
    f"/v1\t{PATH}",
    f"{PATH}?a=b\r\nHost: evil.example",
    f"{PATH}?a=\u00e4",
    f'{PATH}?a="',
    f"{PATH}?a=<x>",
    f"/v1/../x{PATH}",
    f"/v1/./x{PATH}",
    "/v1/..",
    f"/v1/%2e%2e{PATH}",
    f"/v1/.%2E{PATH}",
    f"https://numbers.twilio.com/v1/../x{PATH}",
    f"https://numbers.twilio.com/v1/%2E%2E/x{PATH}",
]


@pytest.mark.parametrize("base_url", [None, "http://127.0.0.1:8010", "https://gateway.example.com/twilio"])
@pytest.mark.parametrize("next_page", FOREIGN)
def test_a_next_page_elsewhere_is_never_asked_for(base_url: str | None, next_page: str) -> None:
    with pytest.raises(PagingError) as caught:
        Hosts(base_url=base_url).follow("numbers", next_page)
    assert "evil" not in str(caught.value)
    assert "password" not in str(caught.value)
