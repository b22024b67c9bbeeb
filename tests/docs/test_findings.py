"""findings/: each script is listed, and has the form of the others. They are run by hand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

FOLDER = ROOT / "findings"
SCRIPTS = sorted(FOLDER.glob("*.sh"))
ROW = re.compile(r"^\| `([\w-]+\.sh)` \| (.+) \| (\d{4}-\d\d-\d\d) \|$", re.MULTILINE)


def test_the_list_has_each_script_once() -> None:
    rows = ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    assert sorted(name for name, _, _ in rows) == [script.name for script in SCRIPTS]
    assert len(SCRIPTS) >= 12
    assert {script.suffix for script in FOLDER.iterdir()} == {".sh", ".md"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_has_the_form_of_the_others(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    first, *said = text.split("set -euo pipefail\n")[0].splitlines()
    assert first == "#!/usr/bin/env bash"
    assert said
    assert all(line.startswith("# ") and len(line) <= 130 for line in said)
    assert sys.platform == "win32" or os.access(script, os.X_OK)
    assert "trap 'rm -rf \"$folder\"' EXIT" in text
    assert text.endswith('diff "$folder/expected" "$folder/seen"\n')
    assert "twilio_numbers_async" not in text
    assert not re.search(r"index-url|--find-links|pypi\.|/tmp|/work", text)
    for packages in re.findall(r"install -q --disable-pip-version-check (.+)$", text, re.MULTILINE):
        assert all("==" in one or one == '"$package"' for one in packages.split()), "versions are named"


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_can_be_read(script: Path) -> None:
    subprocess.run(["bash", "-n", str(script)], check=True, capture_output=True)
    [program] = re.findall(r"run\.py\" <<'END'\n(.*?)^END$", script.read_text(), re.DOTALL | re.MULTILINE)
    compile(program, script.name, "exec")
