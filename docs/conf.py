"""Sphinx builds the site with this: ``nox -s docs``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sphinx.pycode import ModuleAnalyzer  # noqa: E402

from docs import generate, reference  # noqa: E402
from twilio_numbers_async import OpenEnum, __version__  # noqa: E402
from twilio_numbers_async.models.base import Answer  # noqa: E402
from twilio_numbers_async.resources.base import Resource  # noqa: E402

PUBLIC_NAMES = {name.name: name.full for name in reversed(reference.public_names())}

project = "twilio_numbers_async"
author = "the twilio_numbers_async authors"
project_copyright = author
version = release = __version__

extensions = ["sphinx.ext.autodoc", "myst_parser"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["README.md"]  # the index has its text
nitpicky = True
# Names of other libraries, which would need their inventories from the network; type variables; names from inside that
# stand in a signature.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!twilio_numbers_async\.).*"),
    (r"py:.*", r"twilio_numbers_async\.(.*\.)?[A-Z]"),
    (r"py:.*", rf"twilio_numbers_async\.(.*\.)?({'|'.join(reference.INSIDE)})"),
]
suppress_warnings = ["ref.python"]  # "type" is a builtin, and a field of many answers
templates_path: list[str] = []

myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_class_signature = "mixed"
python_use_unqualified_type_names = True
maximum_signature_line_length = 88
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"twilio_numbers_async {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options: dict[str, Any] = {"navigation_with_keys": True}


def setup(app: Any) -> None:
    """Generate pages, hand written ones over with links that lead to pages, and mend what autodoc shows."""
    generate.write()
    app.connect("source-read", _read)
    app.connect("missing-reference", _by_public_name)
    app.connect("autodoc-process-bases", _public_bases)
    app.connect("autodoc-process-signature", _only_what_users_write)
    app.connect("autodoc-process-docstring", _own_words)


def _read(app: Any, docname: str, source: list[str]) -> None:
    if docname == "index":
        source[0] = generate.with_links_of_the_site(generate.index(), generate.DOCS / "README.md")
    elif "/" not in docname:
        source[0] = generate.with_links_of_the_site(source[0], generate.DOCS / f"{docname}.md")


def _by_public_name(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """Find a name that stands in its own module's words: the public name is what the reference has."""
    full = PUBLIC_NAMES.get(node["reftarget"].rpartition(".")[2]) if node.get("refdomain") == "py" else None
    domain = env.domains["py"]
    if full is None or full not in domain.objects:
        return None
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", full, node, contnode)


def _public_bases(app: Any, name: str, obj: type, options: Any, bases: list[type]) -> None:
    """Show no base from inside; in its place stands the next one outside."""
    bases[:] = [
        next(
            one
            for one in base.__mro__
            if not one.__module__.startswith("twilio_numbers_async.") or one.__name__ in PUBLIC_NAMES
        )
        if isinstance(base, type)
        else base
        for base in bases
    ]


def _only_what_users_write(
    app: Any, what: str, name: str, obj: Any, options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """Nobody makes an answer, a resource or an error: how they are made is left out."""
    is_made_inside = isinstance(obj, type) and issubclass(obj, Answer | BaseException | Resource | OpenEnum)
    return ("", "") if is_made_inside and signature else None


def _own_words(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """A value has the words below it in its module, and not those of its type."""
    if what != "data":
        return
    module, _, own = name.rpartition(".")
    home = reference.home_of(module, own)
    lines[:] = ModuleAnalyzer.for_module(home).find_attr_docs().get(("", own), [""])
