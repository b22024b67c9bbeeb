"""Looks at a site that was built: ``python docs/check_site.py FOLDER``. ``nox -s docs`` does it.

Every public name has its entry, every link inside the site leads to something, and no page loads anything from
elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs.reference import public_names, resources

LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """The links of a page, the files it loads, and the places in it that a link can name."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places.add(given.get("id", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        is_resource = tag != "link" or given.get("rel") in {"stylesheet", "preload", "icon", "shortcut icon"}
        self.loaded += [given[name] for each, name in LOADED if each == tag and name in given and is_resource]


def faults(folder: Path) -> Iterator[str]:
    """The faults of the site, a line each."""
    pages = {path.resolve(): Page(path) for path in folder.rglob("*.html")}
    if len(pages) < 40:
        yield f"{folder} has {len(pages)} pages only"
    places = set[str]().union(*(page.places for page in pages.values()))
    yield from (f"the reference has no {name.full}" for name in public_names() if name.full not in places)
    for name, kind in resources().items():
        full = f"{kind.__module__}.{kind.__qualname__}"
        if not any(place.startswith(f"{full}.") for place in places):
            yield f"the reference has no call of twilio.{name}"
    for path, page in pages.items():
        where = path.relative_to(folder.resolve())
        yield from (f"{where} loads {target}" for target in page.loaded if urlsplit(target).netloc)
        for target in page.links:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            found = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not found.exists():
                yield f"{where} links to {target}, which is not there"
            elif parts.fragment and found in pages and unquote(parts.fragment) not in pages[found].places:
                yield f"{where} links to {target}, which has no such place"


if __name__ == "__main__":
    wrong = list(faults(Path(sys.argv[1])))
    print("\n".join(wrong) or "Every name, every link and every file of the site is there.")
    sys.exit(bool(wrong))
