"""The pytest plugin: the fixture ``twilio_sandbox``, a sandbox in a thread of its own.

It works in plain tests and in async ones of any event loop or plugin. ``@pytest.mark.twilio_sandbox(allowance=5)``
gives it the keywords of ``Sandbox``. Nothing of the package is imported before the fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .server import Sandbox


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "twilio_sandbox(**keywords): keywords for the sandbox of twilio_sandbox"
    )


@pytest.fixture
def twilio_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A Twilio for one test: ``twilio_sandbox.client()`` is a client for it."""
    from .server import Sandbox

    node: pytest.Item = request.node  # pyright: ignore[reportUnknownMemberType] - pytest does not say
    marker = node.get_closest_marker("twilio_sandbox")
    keywords: dict[str, Any] = dict(marker.kwargs) if marker else {}
    with Sandbox(**keywords) as sandbox:
        yield sandbox
