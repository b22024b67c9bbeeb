"""The house: who may import whom, and what an import of the package costs."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

import twilio_numbers_async
from twilio_numbers_async import models, sandbox

PACKAGE = "twilio_numbers_async"
ROOT = Path(twilio_numbers_async.__file__).parent

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"


def floors() -> dict[str, set[str]]:
    """The packages from the top of the house to the bottom, and what each imports, as docs/architecture.md has it."""
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", imported)) for name, imported in rows}


FLOORS = floors()
HOUSE = list(FLOORS)

# Where else a third party's package may be imported, by the first part of its name.
THIRD_PARTIES = {
    "aiohttp": {
        "transport/http/session.py",
        "transport/http/connections.py",
        "transport/http/direct.py",
        "transport/http/sending.py",
        "transport/http/broken.py",
        "transport/http/upload.py",
        "sandbox/",
        "cli/webhooks/webhook_receiver.py",
    },
    "yarl": {
        "transport/http/sending.py",
        "transport/http/direct.py",
        "transport/http/session.py",
        "sandbox/",
    },
    "backoff": {"transport/retry.py"},
    "phonenumbers": {"phone.py"},
    "typer": {"cli/"},
    "rich": {"cli/"},
    "jinja2": {"report/page.py"},
    "markupsafe": {"report/page.py"},
    "starlette": {"webhooks/starlette/"},
    "pyarrow": {"cli/"},
    "python_calamine": {"cli/"},
    "xlsxwriter": {"cli/"},
    "pytest": {"sandbox/plugin.py"},
    "msgspec": {""},
}

# What is imported where it is used: every library with a door but those that any call needs, and parts of the package.
HEAVY = THIRD_PARTIES.keys() - {"aiohttp", "yarl", "backoff", "msgspec"} | {
    f"{PACKAGE}.{name}" for name in ("sandbox", "cli", "chunks", "report", "webhooks")
}


class Import(NamedTuple):
    """One import statement."""

    file: str
    line: int
    name: str
    """The full name of the module; for one of ours, without the package's name in front."""
    ours: bool
    lazy: bool
    """Inside a function."""
    for_types: bool
    """Under ``if TYPE_CHECKING``."""
    relative: bool

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"


def imports_of(path: Path) -> Iterator[Import]:
    """The imports of a file, wherever they stand in it."""
    file = path.relative_to(ROOT).as_posix()
    package = [PACKAGE, *path.relative_to(ROOT).parts[:-1]]
    for node, lazy, for_types in statements(ast.parse(path.read_text(encoding="utf-8")).body, False, False):
        for name in imported_by(node, package):
            ours = name == PACKAGE or name.startswith(f"{PACKAGE}.")
            short = name.removeprefix(PACKAGE).removeprefix(".") if ours else name
            relative = isinstance(node, ast.ImportFrom) and node.level > 0
            yield Import(file, node.lineno, short, ours, lazy, for_types, relative)


def statements(nodes: list[ast.stmt], lazy: bool, for_types: bool) -> Iterator[tuple[ast.stmt, bool, bool]]:
    """Every statement, whether it is inside a function, and whether only type checkers read it."""
    for node in nodes:
        yield node, lazy, for_types
        inside = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        yield from statements(getattr(node, "body", []), inside, for_types or typing)
        for name in ("orelse", "finalbody"):
            yield from statements(getattr(node, name, []), inside, for_types)
        for part in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
            yield from statements(part.body, inside, for_types)


def imported_by(node: ast.stmt, package: list[str]) -> Iterator[str]:
    """The full names of the modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [base])])
        for alias in node.names:
            # "from . import errors" names a module, "from .errors import ApiError" a thing in one.
            name = f"{base}.{alias.name}"
            yield name if is_module(name) else base


def is_module(name: str) -> bool:
    if not name.startswith(f"{PACKAGE}."):
        return False
    path = ROOT.joinpath(*name.split(".")[1:])
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def layer_of(name: str) -> str:
    """The floor of the house that a file or a module is on."""
    return name.replace("/", ".").split(".")[0]


FILES = sorted(ROOT.rglob("*.py"))
IMPORTS = [each for path in FILES for each in imports_of(path)]
INNER = [each for each in IMPORTS if each.file != "__init__.py"]


def test_every_package_has_its_row_and_every_row_its_package() -> None:
    found = {layer_of(path.relative_to(ROOT).as_posix()) for path in FILES} - {"__init__"}
    assert FLOORS.keys() - found == set(), f"{PAGE.name} has rows of packages that are not there"
    assert found - FLOORS.keys() == set(), f"{PAGE.name} has no row of these packages"
    assert len(IMPORTS) > 300, "the walk sees them"


def test_imports_point_down_the_house() -> None:
    wrong = [
        f"{name} is above {floor}: move its row up, or do not import it"
        for position, floor in enumerate(HOUSE)
        for name in FLOORS[floor]
        if name not in HOUSE[position + 1 :]
    ]
    assert wrong == []


@pytest.mark.parametrize("floor", HOUSE)
def test_a_package_imports_what_its_row_says(floor: str) -> None:
    ours = [
        each for each in INNER if each.ours and layer_of(each.file) == floor and layer_of(each.name) != floor
    ]
    known = FLOORS[floor]
    beyond = [each.where for each in ours if layer_of(each.name) not in known]
    assert beyond == [], f"not in the row of {floor} in {PAGE.name}"
    unused = known - {layer_of(each.name) for each in ours}
    assert unused == set(), f"in the row of {floor} in {PAGE.name}, and not imported"


def test_every_door_is_there() -> None:
    doors = {door for doors in THIRD_PARTIES.values() for door in doors}
    assert [door for door in doors if not (ROOT / door).exists()] == []


def test_the_sandbox_imports_the_client_only_when_it_is_asked_for_one() -> None:
    found = [each for each in INNER if layer_of(each.file) == "sandbox" and each.name.startswith("client")]
    assert all(each.lazy or each.for_types for each in found), [each.where for each in found]


def test_inside_the_package_imports_are_relative() -> None:
    ours = [each for each in IMPORTS if each.ours and not each.file.startswith("_pyinstaller/hook-")]
    assert [each.where for each in ours if not each.relative] == []


def test_third_parties_come_in_by_their_own_doors_only() -> None:
    wrong = [
        each.where
        for each in IMPORTS
        if not each.ours
        and not each.for_types
        and layer_of(each.name) not in sys.stdlib_module_names
        and not any(each.file.startswith(door) for door in THIRD_PARTIES.get(layer_of(each.name), set()))
    ]
    assert wrong == []


def test_the_command_line_takes_only_the_server_of_aiohttp() -> None:
    found = {each.file for each in INNER if layer_of(each.name) == "aiohttp" and layer_of(each.file) == "cli"}
    assert [file for file in found if "ClientSession" in (ROOT / file).read_text(encoding="utf-8")] == []


def test_webhooks_need_no_aiohttp() -> None:
    assert [
        each.where for each in INNER if layer_of(each.file) == "webhooks" and layer_of(each.name) == "aiohttp"
    ] == []


def test_phonenumbers_is_imported_lazily() -> None:
    eager = [
        each.where
        for each in IMPORTS
        if layer_of(each.name) == "phonenumbers" and not (each.lazy or each.for_types)
    ]
    assert eager == []


def test_importing_the_package_is_light() -> None:
    code = f"import sys, {PACKAGE}; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert HEAVY & set(done.stdout.split()) == set()


def modules() -> list[str]:
    names = [PACKAGE]
    for each in pkgutil.walk_packages([str(ROOT)], f"{PACKAGE}."):
        if not each.name.endswith("__main__"):
            names.append(each.name)
    return names


@pytest.mark.parametrize("name", modules())
def test_what_a_module_says_that_it_exports_is_there(name: str) -> None:
    module: ModuleType = importlib.import_module(name)
    exported: list[str] = getattr(module, "__all__", [])
    assert [each for each in exported if not hasattr(module, each)] == []
    assert len(set(exported)) == len(exported)


@pytest.mark.parametrize("package", [twilio_numbers_async, models, sandbox])
def test_what_a_package_exports_is_there(package: ModuleType) -> None:
    exported: list[str] = package.__all__
    assert exported == sorted(set(exported))
    assert set(exported) <= set(dir(package))
    for name in exported:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Typo'"):
        _ = package.Typo


def test_the_names_can_be_read_from_a_zip_archive(tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "package"), "zip", ROOT.parent, PACKAGE)
    code = f"import {PACKAGE}; print({PACKAGE}.__file__, {PACKAGE}.ApiError.__name__)"
    env = {**os.environ, "PYTHONPATH": archive}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env, cwd=tmp_path
    )
    assert done.stdout.startswith(archive)
    assert done.stdout.endswith("ApiError\n")


def test_a_module_of_the_package_can_be_reached_through_it() -> None:
    code = f"import {PACKAGE}; print({PACKAGE}.errors.ApiError.__name__, {PACKAGE}.models.base.OpenEnum.__name__)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["ApiError", "OpenEnum"]


def test_what_is_not_used_is_not_imported() -> None:
    code = f"""
import sys
there = set(sys.modules)
from {PACKAGE} import TwilioNumbers
TwilioNumbers("AC" + "a" * 32, "token").portability
print("\\n".join(set(sys.modules) - there))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert {"sqlite3", f"{PACKAGE}.sweep", f"{PACKAGE}.resources.port_ins"} & loaded == set()


def public_names_of_0_1_0() -> list[tuple[str, str]]:
    rows = Path(__file__).with_name("public_names_0_1_0.txt").read_text(encoding="utf-8").splitlines()[1:]
    return [(module, name) for module, names in (row.split(": ") for row in rows) for name in names.split()]


@pytest.mark.parametrize(("module", "name"), public_names_of_0_1_0())
def test_the_public_names_of_0_1_0_are_there(module: str, name: str) -> None:
    assert hasattr(importlib.import_module(module), name)


FOLDERS = [
    str(folder.relative_to(ROOT.parent))
    for top in (ROOT, Path(__file__).parent)
    for folder in (top, *top.rglob("*/"))
    if any(folder.glob("*.py"))
]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_holds_at_most_20_modules(folder: str) -> None:
    assert len([*(ROOT.parent / folder).glob("*.py")]) <= 20
