"""The customer's details for a bundle: a TOML file, read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ...client import TwilioNumbers
from ...compliance.parts import file_problems
from ...compliance.plan import BundlePlan, plan_bundle
from ...resources.numbers_v1.document_sources import read_file
from ..toml_file import read_struct

__all__ = ["BundleFile", "plan_of", "read_bundle_file"]


class BundleFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file: the keys of a regulation, and the arguments of ``plan_bundle`` by the same names."""

    country: str
    number_type: str
    email: str
    end_user: dict[str, Any]
    end_user_type: str = "business"
    address: dict[str, Any] | str | None = None
    documents: list[dict[str, Any]] = []
    friendly_name: str | None = None
    status_callback: str | None = None


def read_bundle_file(path: Path) -> BundleFile:
    """The details in ``path``; files of documents are looked for beside it. Raises Stop."""
    given = read_struct(path, BundleFile)
    documents = [_beside(path, each) for each in given.documents]
    return msgspec.structs.replace(given, documents=documents)


def _beside(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    file = document.get("file")
    return {**document, "file": path.parent / file} if isinstance(file, str) else document


async def plan_of(client: TwilioNumbers, given: BundleFile) -> BundlePlan:
    """The plan, for the regulation that Twilio has. Files of documents are looked at too."""
    regulation = await client.regulations.find(given.country, given.number_type, given.end_user_type)
    plan = plan_bundle(
        regulation,
        end_user=given.end_user,
        address=given.address,
        documents=given.documents,
        email=given.email,
        friendly_name=given.friendly_name,
        status_callback=given.status_callback,
    )
    problems = await file_problems(read_file, plan.documents)
    return msgspec.structs.replace(plan, problems=[*plan.problems, *problems])
