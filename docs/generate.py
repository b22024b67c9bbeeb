"""The pages of the site that nobody writes: the reference, the commands, and the files that pages of ``docs/`` link to.

``conf.py`` lets ``write`` put them into ``docs/_generated/``. Sphinx is not needed here, so the tests can look at what
is generated without a build.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docs.reference import in_order, reference

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FOLDER = "_generated"
LINK = re.compile(r"(?P<before>\]\()(?P<target>[^)\s]+)(?=\))")
LEXERS = {".py": "python", ".toml": "toml", ".csv": "text", ".sh": "sh", ".json": "json"}
SHOWN_LINES = 400
ORPHAN = "---\norphan: true\n---\n\n"


# The commands


def commands() -> str:
    """The page of the command: what each command's ``--help`` says, at 88 columns."""
    import typer
    from typer.testing import CliRunner

    from twilio_numbers_async.cli.app import app

    parts = [
        "# Commands\n",
        "`twilio-numbers` comes with the extra `cli`. Each command says the same with `--help`.\n",
    ]
    for path in _walk(typer.main.get_command(app)):
        shown = CliRunner().invoke(
            app,
            [*path, "--help"],
            env={"COLUMNS": "88", "TERMINAL_WIDTH": "88"},
            terminal_width=88,
            prog_name="twilio-numbers",
        )
        if shown.exit_code:
            raise RuntimeError(f"{path} has no help: {shown.output}")
        name = " ".join(["twilio-numbers", *path])
        parts += [f"{'#' * (2 if len(path) < 2 else 3)} {name}\n", f"```text\n{shown.output.rstrip()}\n```\n"]
    return "\n".join(parts)


def _walk(command: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """The words that call each command, those of the groups too."""
    yield path
    for name, one in getattr(getattr(command, "loaded", command), "commands", {}).items():
        yield from _walk(one, *path, name)


# The files beside docs/


def linked(pages: Iterable[Path]) -> set[Path]:
    """The files outside ``docs/`` that pages link to, and those that these link to in turn."""
    found: set[Path] = set()
    waiting = list(pages)
    while waiting:
        page = waiting.pop()
        for match in LINK.finditer(page.read_text(encoding="utf-8")):
            path = _path_of(match["target"], page)
            if path is None or path in found or path.is_relative_to(DOCS) or not path.is_file():
                continue
            found.add(path)
            if path.suffix == ".md":
                waiting.append(path)
    return found


def _path_of(target: str, page: Path) -> Path | None:
    path = target.partition("#")[0]
    return None if not path or "://" in target else Path(os.path.normpath(page.parent / path))


def docname(path: Path) -> str:
    """The page of the site that shows a file of the repository, from the top of the site."""
    inside = path.relative_to(ROOT)
    if path == DOCS / "README.md" or path == ROOT / "README.md":
        return "/index.md"
    if path.is_relative_to(DOCS):
        return f"/{path.relative_to(DOCS).as_posix()}"
    name = re.sub(r"[^\w]+", "-", inside.with_suffix("").as_posix()).strip("-").lower()
    return f"/{FOLDER}/files/{name}.md"


def with_links_of_the_site(text: str, page: Path) -> str:
    """The text of a page with links to files as links to the pages that show them."""

    def replaced(match: re.Match[str]) -> str:
        path = _path_of(match["target"], page)
        if path is None or not path.is_file() or path.suffix in {".svg", ".png"}:
            return match[0]
        _, mark, anchor = match["target"].partition("#")
        return f"{match['before']}{docname(path)}{mark}{anchor}"

    return LINK.sub(replaced, text).replace("\n```csv\n", "\n```text\n")  # Pygments has no colours for CSV


def shown(path: Path) -> str:
    """A file beside ``docs/`` as a page."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return ORPHAN + with_links_of_the_site(text, path)
    name = path.relative_to(ROOT).as_posix()
    lines = text.splitlines()
    fence = "````"
    more = [f"({len(lines)} lines; the first {SHOWN_LINES} are shown.)\n"] if len(lines) > SHOWN_LINES else []
    code = "\n".join(lines[:SHOWN_LINES])
    return ORPHAN + "\n".join(
        [f"# {name}\n", *more, f"{fence}{LEXERS.get(path.suffix, 'text')}\n{code}\n{fence}\n"]
    )


# All of it


def index() -> str:
    """The first page: ``docs/README.md``, with its lists of links as the tree of the site."""
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    trees: list[str] = []
    for heading, part in re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        entries = [
            docname(path).removesuffix(".md")
            for match in LINK.finditer(part)
            if (path := _path_of(match["target"], DOCS / "README.md")) is not None
            and "#" not in match["target"]
        ]
        if heading == "Reference":
            entries += [f"/{FOLDER}/commands", *(f"/{FOLDER}/{page}" for page in in_order())]
        trees.append(
            "\n".join(
                ["```{toctree}", ":hidden:", f":caption: {heading}", "", *dict.fromkeys(entries), "```", ""]
            )
        )
    return "\n".join([text, *trees])


def write(folder: Path = DOCS / FOLDER) -> None:
    """Write all generated pages into ``folder``: what has not changed stays untouched, what is no page now goes."""
    pages = {f"{name}.rst": text for name, text in reference().items()}
    pages["commands.md"] = commands()
    sources = sorted(DOCS.glob("*.md"))
    for path in linked(sources):
        pages[docname(path).removeprefix(f"/{FOLDER}/")] = shown(path)
    for old in folder.rglob("*"):
        if old.is_file() and old.relative_to(folder).as_posix() not in pages:
            old.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
