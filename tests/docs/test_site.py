"""The parts of the site, without building it: ``nox -s docs`` builds it and checks the rest."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from docs.generate import (
    FOLDER as GENERATED,
    commands,
    docname,
    index,
    linked,
    shown,
    with_links_of_the_site,
    write,
)
from docs.reference import CALLS, NAMES, PUBLIC, public_names, reference, resources, section_of
from tests.cli.test_every_command import EVERY
from tests.docs.pages import DOCS, FOLDER, INDEX, ROOT
from twilio_numbers_async.resources.of_client import ClientResources

REFERENCE = reference()
ENTRIES = re.findall(r"^\.\. auto(\w+):: (\S+)$", "\n".join(REFERENCE.values()), re.MULTILINE)


def test_every_public_name_is_in_the_reference_once() -> None:
    shown_names = [name for _, name in ENTRIES if ".resources." not in name]
    assert len(shown_names) == len(set(shown_names))
    assert sorted(shown_names) == sorted(name.full for name in public_names())
    for package in PUBLIC:
        module = importlib.import_module(package)
        values = {id(getattr(importlib.import_module(name.package), name.name)) for name in public_names()}
        assert [name for name in module.__all__ if id(getattr(module, name)) not in values] == []


def test_every_resource_of_the_client_is_in_the_reference() -> None:
    named = {name for section in CALLS.values() for name in section.modules}
    assert named == {name for name in vars(ClientResources) if not name.startswith("_")}
    for kind in resources().values():
        assert ("class", f"{kind.__module__}.{kind.__qualname__}") in ENTRIES


def test_every_page_of_the_reference_has_something() -> None:
    assert REFERENCE.keys() == CALLS.keys() | NAMES.keys()
    assert [page for page, text in REFERENCE.items() if ".. auto" not in text] == []


def test_a_name_without_a_page_is_told() -> None:
    with pytest.raises(LookupError, match="no_such_module"):
        section_of(public_names()[0]._replace(home="no_such_module"))


def test_the_page_of_commands_has_every_command() -> None:
    text = commands()
    for path in EVERY:
        name = " ".join(["twilio-numbers", *path])
        assert re.search(rf"^#+ {name}\n\n```text\nUsage: {name} ", text, re.MULTILINE), name


def test_the_tree_has_every_page() -> None:
    tree = re.findall(r"^(/\S+)$", index(), re.MULTILINE)
    assert {f"/{page.stem}" for page in DOCS if page != INDEX} <= set(tree)
    assert {f"/{GENERATED}/{page}" for page in REFERENCE} <= set(tree)
    assert len(tree) == len(set(tree))


def test_links_lead_to_pages_of_the_site() -> None:
    page = FOLDER / "sweeps.md"
    text = "[a](../examples/worker.py) [b](gate.md#is-it-fair) [c](https://example.com) [d](#here) [e](README.md)"
    assert with_links_of_the_site(text, page) == (
        f"[a](/{GENERATED}/files/examples-worker.md) [b](/gate.md#is-it-fair) [c](https://example.com) [d](#here) "
        "[e](/index.md)"
    )


def test_files_that_pages_link_to_have_pages_too() -> None:
    found = linked(DOCS)
    assert {ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", ROOT / "examples" / "worker.py"} <= found
    names = [docname(path) for path in found]
    assert len(names) == len(set(names))
    assert "```" + "`python\n" in shown(ROOT / "examples" / "gather.py")
    assert "the first 400 are shown" in shown(ROOT / "examples" / "numbers.csv")


def test_pages_are_written_where_they_have_changed_and_removed_where_they_are_none(tmp_path: Path) -> None:
    write(tmp_path)
    old, kept, other = tmp_path / "old.rst", tmp_path / "gate.rst", tmp_path / "errors.rst"
    old.write_text("no page any more")
    other.write_text("something else")
    before = kept.stat().st_mtime_ns
    write(tmp_path)
    assert not old.exists()
    assert kept.stat().st_mtime_ns == before
    assert other.read_text() == REFERENCE["errors"]
