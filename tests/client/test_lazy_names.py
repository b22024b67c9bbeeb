"""Names that are imported when they are first used: in a program that PyInstaller has packed, and absent ones."""

from __future__ import annotations

import importlib
import importlib.util
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

import twilio_numbers_async
from twilio_numbers_async import cli
from twilio_numbers_async._pyinstaller import hook_dirs
from twilio_numbers_async.cli.app import COMMANDS

ROOT = Path(twilio_numbers_async.__file__).parent


def hook(package: str) -> dict[str, Any]:
    (folder,) = hook_dirs()
    return runpy.run_path(f"{folder}/hook-{package}.py")


def test_pyinstaller_finds_the_hooks() -> None:
    project = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["entry-points"]["pyinstaller40"]["hook-dirs"].partition(":")
    assert getattr(importlib.import_module(module), name) is hook_dirs


def test_every_stub_is_packed_where_its_package_looks_for_it() -> None:
    packed = {Path(folder, Path(source).name) for source, folder in hook("twilio_numbers_async")["datas"]}
    assert packed == {stub.relative_to(ROOT.parent) for stub in ROOT.rglob("__init__.pyi")}
    assert packed


@pytest.mark.parametrize("package", ["twilio_numbers_async", "twilio_numbers_async.sandbox"])
def test_the_module_of_every_name_is_packed(package: str) -> None:
    packed = [importlib.import_module(name) for name in hook(package)["hiddenimports"]]
    written = {name for module in packed if not hasattr(module, "__getattr__") for name in vars(module)}
    assert {*importlib.import_module(package).__all__} - {"__version__"} <= written


def test_every_module_of_the_command_is_packed() -> None:
    packed = hook("twilio_numbers_async.cli")["hiddenimports"]
    places = [each.place.partition(":")[0] for each in COMMANDS]
    assert {f"{cli.__name__}.{place}" for place in places} <= set(packed)
    assert all(importlib.util.find_spec(name) is not None for name in packed)


@pytest.mark.parametrize("name", ["absent", "client.absent", ".", "", "a b", "__absent__"])
def test_a_name_that_is_none_is_no_attribute(name: str) -> None:
    with pytest.raises(AttributeError, match="has no attribute"):
        getattr(twilio_numbers_async, name)
