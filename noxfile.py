"""``nox`` runs everything; ``nox -l`` lists the sessions."""

from __future__ import annotations

import nox

nox.options.sessions = ["tests", "fits_in", "backoff_fork", "lint", "types", "build"]
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
def fits_in(session: nox.Session) -> None:
    """What is too large to be installed for all the tests: pandas, Polars and IPython, with results and at a prompt."""
    session.install("-e", ".[all,test]", "ipython", "pandas", "polars")
    session.run(
        "pytest", "tests/docs", "-k", "data-frames or data_frames or fits", *session.posargs, env=STRICT
    )


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
_TRY_WHEEL = """
import asyncio, os
os.chdir("/")
from twilio_numbers_async.sandbox import Sandbox
async def main():
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        assert (await twilio.portability.fetch("+14155550100")).phone_number == "+14155550100"
asyncio.run(main())
"""
