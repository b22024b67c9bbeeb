"""``nox`` runs everything; ``nox -l`` lists the sessions."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import nox

nox.options.sessions = ["tests", "backoff_fork", "lint", "types", "build"]
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
STRICT = {"PYTHONDEVMODE": "1"}
# coverage's tracer, not the code, makes these two fail on 3.11: a cancelled wait there loses its place.
DISTURBED = (
    "--deselect=tests/sandbox/test_lifecycle.py::test_a_call_in_its_latency_does_not_hold_up_the_end",
    "--deselect=tests/sandbox/test_script.py::test_a_stalled_call_ends_when_its_client_leaves",
)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests."""
    session.install("-e", ".[all,test]")
    session.run("pytest", "-n", "auto", "--dist", "loadfile", *session.posargs, env=STRICT)


@nox.session
def coverage(session: nox.Session) -> None:
    """The tests with branch coverage, what they start in processes of its own included."""
    session.install("-e", ".[all,test]")
    session.run("coverage", "erase")
    session.run(
        "coverage", "run", "-m", "pytest", "-n", "auto", "--dist", "loadfile", *DISTURBED, *session.posargs
    )
    session.run("coverage", "combine", "-q")
    session.run("coverage", "report")


@nox.session
def backoff_fork(session: nox.Session) -> None:
    """The tests once more, with python-backoff in place of backoff."""
    session.install("-e", ".[all,test]")
    session.run("python", "-m", "pip", "uninstall", "-q", "-y", "backoff")
    session.install("--force-reinstall", "--no-deps", "python-backoff>=3")
    session.run("pytest", "-n", "auto", "--dist", "loadfile", *session.posargs, env=STRICT)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """The tests with the oldest release of each dependency that pyproject.toml allows."""
    session.install("uv")
    session.run("uv", "pip", "install", "-q", "--resolution", "lowest-direct", "-e", ".[all,test]")
    session.run("pytest", "-n", "auto", "--dist", "loadfile", *session.posargs, env=STRICT)


@nox.session(python=False)
def newest(session: nox.Session) -> None:
    """The README's test command on the Pythons of Debian unstable; needs root and a Debian system to start from."""
    session.run(".ci/newest", *session.posargs, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """ruff: rules and format."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """mypy and pyright, both strict, over the tests and examples too."""
    session.install("-e", ".[all,test,bench,types]", "nox")
    session.run("mypy")
    session.run("pyright", "--pythonpath", session.virtualenv.bin + "/python")


@nox.session
def build(session: nox.Session) -> None:
    """Builds the wheel, installs it alone and tries it."""
    session.install("build")
    target = session.create_tmp()
    session.run("python", "-m", "build", "--outdir", target, silent=True)
    session.run("python", "-c", _INSTALL_WHEEL, target)
    session.run("python", "-c", _TRY_WHEEL, env=STRICT)
    session.run("twilio-numbers", "--version")


@nox.session
def release(session: nox.Session) -> None:
    """Build what is published, check it, and try it with the README's own two commands.

    The sdist is unpacked, and its package is replaced by the one that the wheel installs, so that the tests import what
    users get. ``nox -s release -- tests/docs`` runs a part of the tests.
    """
    session.install("build", "twine", "uv", "validate-pyproject")
    session.run("validate-pyproject", "pyproject.toml", silent=True)
    made = Path(session.create_tmp()).resolve() / "dist"
    shutil.rmtree(made, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(made), silent=True)  # the wheel from the sdist
    [sdist], [wheel] = made.glob("*.tar.gz"), made.glob("*.whl")
    session.run("twine", "check", "--strict", str(sdist), str(wheel))
    session.run("python", "-c", _CHECK_NAMES, str(sdist), str(wheel), env=STRICT)
    session.run("python", "-m", "tarfile", "-e", str(sdist), str(made), silent=True)
    with session.chdir(made / sdist.name.removesuffix(".tar.gz")):
        session.run("python", "-m", "venv", "--clear", ".venv")
        python = ".venv/bin/python"
        session.run("uv", "pip", "install", "-q", "--python", python, f"{wheel}[all,test]")
        shutil.rmtree("twilio_numbers_async")
        [installed] = Path(".venv").glob("lib/python3*/site-packages/twilio_numbers_async")
        Path("twilio_numbers_async").symlink_to(installed)
        first, second = (command.rpartition("&&")[2] for command in _readme_commands())
        session.run("bash", "-c", first, external=True)
        session.run("bash", "-c", f"{second} {shlex.join(session.posargs)}", external=True)


def _readme_commands() -> list[str]:
    """The two commands that the README tells a reader to paste."""
    return re.findall(r"^```sh\n(.*)\n```$", Path("README.md").read_text(encoding="utf-8"), re.MULTILINE)[:2]


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, as a site in build/site. Warnings are errors; nothing is fetched."""
    session.install("-e", ".[all,docs]")
    session.run("sphinx-build", "-W", "--keep-going", "-q", "-j", "auto", "-b", "html", "docs", "build/site")
    session.run("python", "docs/check_site.py", "build/site")


@nox.session
def bench(session: nox.Session) -> None:
    """The benchmarks; ``nox -s bench -- --smoke`` is quick and checks that they run, not how fast."""
    session.install("-e", ".[all,test,bench]")
    session.run("python", "-m", "benchmarks", *session.posargs)


_INSTALL_WHEEL = """
import pathlib, subprocess, sys
wheel = next(pathlib.Path(sys.argv[1]).glob("*.whl"))
names = [n for n in __import__("zipfile").ZipFile(wheel).namelist()]
assert "twilio_numbers_async/py.typed" in names, "py.typed is missing"
assert not any(n.startswith(("tests/", "benchmarks/", "examples/")) for n in names), "more than the package"
subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--force-reinstall", f"{wheel}[cli]"], check=True)
"""
_CHECK_NAMES = """
import pathlib, re, sys, tarfile, zipfile
sdist, wheel = tarfile.open(sys.argv[1]), zipfile.ZipFile(sys.argv[2])
version = re.search('__version__ = "(.+)"', pathlib.Path("twilio_numbers_async/_version.py").read_text())[1]
assert sdist.name.endswith(f"-{version}.tar.gz") and f"-{version}-" in wheel.filename, "another version"
assert f"## [{version}]" in pathlib.Path("CHANGELOG.md").read_text(), f"CHANGELOG.md says nothing of {version}"
inside = {name.partition("/")[2] for name in sdist.getnames()}
files = {one.name.partition("/")[2] for one in sdist.getmembers() if one.isfile()}
package = {name for name in files if name.startswith("twilio_numbers_async/")}
assert package <= {*wheel.namelist()}, package - {*wheel.namelist()}
assert {"README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "tests/__init__.py", "docs/README.md"} <= inside
assert not [name for name in inside if "_generated" in name or ".venv" in name or ".git/" in name], "too much"
"""
_TRY_WHEEL = """
import asyncio, os
os.chdir("/")
from twilio_numbers_async.sandbox import Sandbox
async def main():
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        assert (await twilio.portability.fetch("+14155550100")).phone_number == "+14155550100"
asyncio.run(main())
"""
