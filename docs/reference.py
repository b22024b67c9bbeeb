"""The reference: the page of each public name and of each call, for autodoc to fill."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from twilio_numbers_async import TwilioNumbers
from twilio_numbers_async._lazy import modules_of

TOP = "twilio_numbers_async"
REPORT = "report"


class Section(NamedTuple):
    """A page of the reference: its title, its first sentence, and the modules whose public names it shows."""

    title: str
    intro: str
    modules: tuple[str, ...]


CALLS: Mapping[str, Section] = {
    "calls-porting": Section(
        "Calls: porting",
        "Each method is one operation of Twilio's, unless it says otherwise; its id stands after \"Source\".",
        (
            "portability", "port_ins", "port_in_phone_numbers", "documents", "webhook_configuration",
            "signing_request_configurations",
        ),
    ),
    "calls-numbers": Section(
        "Calls: the numbers of an account",
        "What an account has, what it can buy, and where its numbers are attached.",
        ("incoming_phone_numbers", "available_phone_numbers", "messaging_services", "trunks"),
    ),
    "calls-hosting": Section(
        "Calls: hosting",
        "Numbers that stay with their carrier.",
        (
            "eligibility", "bulk_eligibility", "hosted_number_orders", "bulk_hosted_number_orders",
            "authorization_documents", "caller_ids",
        ),
    ),
    "calls-compliance": Section(
        "Calls: compliance, addresses, accounts",
        "What countries require, and who the numbers are for.",
        (
            "regulations", "bundles", "end_users", "end_user_types", "supporting_documents",
            "supporting_document_types", "addresses", "accounts",
        ),
    ),
}  # fmt: skip
"""The pages of the client's resources, by the properties of the client."""

NAMES: Mapping[str, Section] = {
    "client": Section(
        "The client",
        "Times are seconds; phone numbers are E.164 (``+14155550100``) unless a country is given.",
        ("client", "transport", "_preload", "resources", "phone", "paging"),
    ),
    "errors": Section("Errors", "One tree; each class says when it is raised.", ("errors",)),
    "gate": Section("The gate", "How many requests at once.", ("gate",)),
    "sweeps": Section("Sweeps, journals, chunks", "One call over many inputs.", ("sweep", "chunks")),
    "porting": Section("Porting, planned", "From many numbers to port-ins.", ("porting",)),
    "hosting": Section("Hosting, planned", "From many numbers to hosted number orders.", ("hosting",)),
    "compliance": Section("Compliance, planned", "From a regulation to an approved bundle.", ("compliance",)),
    "models-numbers-v1": Section(
        "Answers and requests: Numbers v1",
        "Porting, eligibility, webhooks, signing requests. A field that the answer did not have is None.",
        ("models.numbers_v1",),
    ),
    "models-2010": Section(
        "Answers and requests: 2010-04-01",
        "Numbers, addresses, accounts.",
        ("models.api_2010",),
    ),
    "models-numbers-v2": Section(
        "Answers and requests: Numbers v2",
        "Regulatory compliance and hosted number orders.",
        ("models.numbers_v2",),
    ),
    "models-others": Section(
        "Answers and requests: what they share, messaging services, trunks",
        """\
Every answer has ``to_dict()``: plain values that JSON can hold. In the fields of answers ``DateTime`` is an aware
``datetime``, ``Date`` a ``date``, ``Time`` a ``time`` or text, ``DateOrDateTime`` one of the three, ``Code`` an ``int``
or text, ``Float`` a ``float``, ``Text`` a ``str``: what Twilio sends in another form than it says is read too.""",
        ("models",),
    ),
    "webhooks": Section("Webhooks", "What Twilio sends. No client is needed.", ("webhooks",)),
    "sandbox": Section("The sandbox", "A Twilio to try things on.", ("sandbox",)),
    "report": Section("Reports", "Results as pages.", (REPORT,)),
}
"""The pages of public names, by the modules where they are at home. The longest module that fits takes the name."""

PUBLIC = (TOP, *(f"{TOP}.{name}" for name in (
    "models", "gate", "sweep", "webhooks", "webhooks.starlette", "sandbox", REPORT,
)))  # fmt: skip
"""The packages whose names may be imported."""


INSIDE = (
    "AccountResource", "AttachedNumbers", "Caller", "Code", "CreationOutcome", "Date", "DateOrDateTime", "DateTime",
    "Float", "GateView", "Hosted", "LeftOut", "Mergeable", "OlderKeywords", "Parts", "Problem", "RawPage", "Reply",
    "Run", "SweepFactory", "Text", "Time", "Timer", "UriPage", "UrlPage", "UrlPageMeta",
)  # fmt: skip
"""Names that stand in signatures of the reference, and are no public names."""


class Name(NamedTuple):
    """A public name, by the shortest way to import it."""

    package: str
    name: str
    home: str
    """The module that defines it, within the package."""

    @property
    def full(self) -> str:
        return f"{self.package}.{self.name}"


def public_names() -> list[Name]:
    """Every public name once: what the package itself exports stands there, whatever else exports it."""
    found: dict[tuple[str, int], Name] = {}
    for package in PUBLIC:
        module = importlib.import_module(package)
        for name in module.__all__:
            value = getattr(module, name)
            home = home_of(package, name).removeprefix(TOP).removeprefix(".")
            found.setdefault((name, id(value)), Name(package, name, home))
    return list(found.values())


def home_of(package: str, name: str) -> str:
    """The module that defines a public name."""
    value = getattr(importlib.import_module(package), name)
    home = getattr(value, "__module__", None)
    if isinstance(home, str) and home.startswith(TOP):
        return home
    lazy = (
        (module for module in modules_of(package) if name in _exported(module)) if _is_lazy(package) else ()
    )
    return next(iter(lazy), package)


def _is_lazy(package: str) -> bool:
    return Path(importlib.import_module(package).__file__ or "").with_suffix(".pyi").is_file()


def _exported(module: str) -> list[str]:
    return getattr(importlib.import_module(module), "__all__", [])


def section_of(name: Name) -> str:
    """The page that a public name stands on. Raises LookupError if there is none."""
    fitting = {
        len(module): page
        for page, section in NAMES.items()
        for module in section.modules
        if f"{name.home}.".startswith(f"{module}.")
    }
    if not fitting and name.name == "__version__":
        return "client"
    if not fitting:
        raise LookupError(f"No page of the reference has a place for {name.full} of {name.home}")
    return fitting[max(fitting)]


def resources() -> dict[str, type]:
    """The classes of the client's resources, by their names."""
    client = TwilioNumbers("AC" + "0" * 32, "token")
    return {name: type(getattr(client, name)) for section in CALLS.values() for name in section.modules}


def reference() -> dict[str, str]:
    """The pages of the reference by name, in reStructuredText."""
    classes = resources()
    pages = {
        page: _page(section, (_resource(name, classes[name]) for name in section.modules))
        for page, section in CALLS.items()
    }
    by_page: dict[str, list[Name]] = {page: [] for page in NAMES}
    for name in public_names():
        by_page[section_of(name)].append(name)
    for page, section in NAMES.items():
        names = sorted(by_page[page], key=lambda name: _place(name, section))
        pages[page] = _page(section, (_entry(name) for name in names))
    return pages


def _place(name: Name, section: Section) -> tuple[int, bool]:
    """The place of a name on its page: by the order of the modules, the client first of all."""
    places = [at for at, module in enumerate(section.modules) if f"{name.home}.".startswith(f"{module}.")]
    return min(places, default=len(section.modules)), name.name != "TwilioNumbers"


def _page(section: Section, entries: Iterable[str]) -> str:
    return "\n".join([_title(section.title, "="), section.intro, "", *entries])


def _title(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}\n"


def _resource(name: str, kind: type) -> str:
    lines = [
        _title(f"twilio.{name}", "-"),
        _directive("class", f"{kind.__module__}.{kind.__qualname__}", calls=True),
    ]
    if name == "incoming_phone_numbers":
        add_ons = "AssignedAddOnsResource"
        lines += [_title("twilio.incoming_phone_numbers.assigned_add_ons", "-")]
        lines += [_directive("class", f"{TOP}.resources.api_2010.assigned_add_ons.{add_ons}", calls=True)]
    return "\n".join(lines)


WITH_INHERITED = {
    f"{TOP}.{name}"
    for name in (
        "TwilioNumbers",
        "HostingOutcome",
        "HostingPlan",
        "PortInOutcome",
        "PortInPlan",
        "PortInReplan",
        "BundlePlan",
    )
}
"""The classes whose bases are not public, and hold what users need."""


def _entry(name: Name) -> str:
    value = getattr(importlib.import_module(name.package), name.name)
    if isinstance(value, type):
        is_error = issubclass(value, BaseException)
        return _directive("exception" if is_error else "class", name.full)
    kind = "function" if callable(value) and hasattr(value, "__code__") else "data"
    return _directive(kind, name.full)


def _directive(kind: str, full: str, *, calls: bool = False) -> str:
    options = []
    if kind in {"class", "exception"}:
        options = [":members:", ":undoc-members:", ":member-order: bysource"]
        options += [":show-inheritance:"] if kind == "exception" else []
        options += [":inherited-members: Struct"] if calls or full in WITH_INHERITED else []
    return "\n".join([f".. auto{kind}:: {full}", *(f"   {option}" for option in options), ""])


def in_order() -> list[str]:
    """The pages in the order in which they are read."""
    first = ["client", "errors"]
    return [*first, *CALLS, *(page for page in NAMES if page not in first)]
