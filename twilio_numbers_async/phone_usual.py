"""Phone numbers that are recognized at sight: most numbers need no numbering plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import TypeAlias

__all__ = ["is_north_american_e164", "is_usual_country", "is_usual_e164", "usual_lengths", "usual_number"]

# North American numbers have ten digits; elsewhere the length varies. A 0 in front may be a trunk prefix.
is_north_american_e164: Callable[[str], re.Match[str] | None] = re.compile(r"\+1\d{10}", re.ASCII).fullmatch
_e164_elsewhere = re.compile(r"\+[2-9]\d{6,14}", re.ASCII).fullmatch
# Country codes and how many digits may follow them, so that what is E.164 already need not be looked up. What does not
# fit here is left to phonenumbers, which knows better.
_LENGTHS = """
7:10,14 20:8-10 27:5-10 30:10-12 31:5-11 32:8-9 33:9 34:9 36:8-9 39:6-12 40:6,9 41:9,12 43:5-13 44:7,9-10 45:8
46:6-10,12 47:5,8 48:6-10 49:5-13 51:8-9 52:10 53:6-8,10 54:10-11 55:8-11 56:9-11 57:8,10-11 58:10 60:8-10
61:5-10,12 62:7-13 63:6,8-13 64:5-10 65:8,10-11 66:8-10,13 81:8-13 82:5-6,8-13 84:7-10 86:7-12 90:7,10,12-13
91:8-13 92:8-12 93:9 94:9 95:6-10 98:5-7,10 211:9 212:9 213:8-9 216:8 218:9 220:7,9 221:9 222:8 223:8 224:8-9
225:10 226:8 227:8 228:8 229:10 230:7-8,10 231:7-9 232:8 233:8-9 234:10-12 235:8 236:8 237:8-9 238:7 239:7
240:9 241:7-8 242:9 243:7-10 244:9 245:7,9 246:7 247:5-6 248:7 249:9 250:8-9 251:9 252:6-9 253:8 254:7-10
255:9 256:9 257:8 258:8-9 260:9 261:9 262:9 263:7,9-10 264:8-9 265:7,9 266:8 267:7-8,10 268:8-9 269:7 290:4-5
291:7 297:7 298:6 299:6 350:8 351:9 352:4-11 353:7-10 354:7,9 355:6-9 356:8 357:8 358:5-12 359:6-9,12 370:8
371:8 372:7-8,10 373:8 374:8 375:6-11 376:6,8-9 377:8-9 378:8,10 380:9-10 381:6-12 382:8-9 383:8-12 385:7-9
386:5-8 387:8-9 389:8 420:9-12 421:6-7,9 423:7,9 500:5 501:7,11 502:8,11 503:7-8,11 504:8,11 505:8 506:8,10
507:7-8,10-11 508:6,9 509:8 590:9 591:8-9 592:7 593:8-11 594:9 595:6-11 596:9 597:6-7 598:4-12 599:7-8 670:7-8
672:6 673:7 674:7 675:7-8 676:5,7 677:5,7 678:5,7 679:7,11 680:7 681:6,9 682:5 683:4,7 685:5-7,10 686:5,8
687:6 688:5-7 689:6,8-9 690:4-7 691:7 692:7 800:8 808:8 850:8,10 852:5-9,11 853:7-8 855:8-10 856:8-10 870:9,12
878:12 880:6-10 881:9-10 882:7-12 883:8-12 886:7-11 888:11 960:7,10 961:7-8 962:8-9 963:8-9 964:8-10 965:7-8
966:9-10 967:7-9 968:7-9 970:8-10 971:5-12 972:7-12 973:8 974:7-9,11 975:7-8 976:8-10 977:8,10-11 979:9 992:9
993:8 994:9 995:9 996:9-10 998:9
"""
_spans: dict[str, str] = {
    code: spans for code, _, spans in (entry.partition(":") for entry in _LENGTHS.split())
}
# Groups of digits with marks between them. Left out is what may be two numbers (as many digits, five or more, on both
# sides of a mark, or four where the mark is wide), and what may be a decimal number (two groups and a point, or a last
# digit alone). A slash stands behind an area code, and in front of what has no room for two numbers.
# No mark is a digit, so there is one way to match a text, and no need of possessive quantifiers, which Python has
# right since 3.11.5 only.
_MARK = r"[ ()\-\u00a0\u2010-\u2015]{1,3}"
_MARK_OR_POINT = _MARK.replace("[", "[.")
_NOT_TWO = r"(?<!\d{4}\D\D\d{4})(?<!\d{4}\D\D\D\d{4})"
_written = re.compile(
    rf"\+?\(?(?:\d{{5}}{_MARK}(?!\d{{5}}(?!\d)))?(?:\d{{1,4}}{_MARK})*\d+{_NOT_TWO}"
    rf"|\+?\(?(?:\d{{1,4}}{_MARK_OR_POINT}){{2,}}\d\d+{_NOT_TWO}"
    rf"|\(?\d{{1,4}}\)? ?/ ?(?=\d+\Z|.{{1,9}}\Z)(?:\d{{1,4}}{_MARK_OR_POINT})*\d\d+",
    re.ASCII,
).fullmatch
_ALL_MARKS = "+ ().-/\u00a0\u2010\u2011\u2012\u2013\u2014\u2015".encode()
_NORTH_AMERICA = "AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT US VC VG VI"
_TRUNK_0 = "GB44 FR33 DE49 AU61 NL31 BE32 CH41 AT43 SE46 IE353 ZA27"
_NO_TRUNK = "ES34 DK45 PL48 PT351"
# Digits in front of a number that select a carrier or a service, or lead abroad.
_PREFIXES = {"GB": ("18002",), "AU": ("14", "183")}

_Plan: TypeAlias = tuple[str, str, Collection[int], tuple[str, ...]]
"""A country's code with its plus, what may stand in front of its national numbers, their lengths, and the beginnings
that none of them has or that take a closer look."""


def is_usual_e164(number: str) -> bool:
    """True for what is E.164 already, outside North America, with a length that its country has."""
    return _e164_elsewhere(number) is not None and _has_a_usual_length(number)


def is_usual_country(country: str) -> bool:
    """True for a country whose numbers are recognized at sight."""
    return country in _by_country


def usual_number(text: str, country: str | None) -> str | None:
    """The number (E.164) that a text is in a country, where that is plain; None where it takes a closer look."""
    if not _written(text):
        return None
    digits = text.encode().translate(None, _ALL_MARKS).decode()
    try:
        plan = _by_country.get(country)
    except TypeError:  # no country at all
        return None
    if text[0] == "+":
        if plan is None and country is not None:
            return None
        plan = _by_code.get(digits[:2]) or _by_code.get(digits[:1]) or _by_code.get(digits[:3])
        digits = digits[len(plan[0]) - 1 :] if plan else ""
    if plan is None or not digits:
        return None
    code, trunk, lengths, unclear = plan
    if digits[0] == trunk:
        digits = digits[1:]
    return code + digits if len(digits) in lengths and not digits.startswith(unclear) else None


def _plans() -> Iterator[tuple[str, _Plan]]:
    for regions, trunk in ((_NORTH_AMERICA, "1"), (_TRUNK_0, "0"), (_NO_TRUNK, "")):
        for entry in regions.split():
            region, code = entry[:2], entry[2:] or "1"
            lengths = frozenset({10}) if code == "1" else usual_lengths(code)
            beginnings = {"0", trunk or "0", code, *_PREFIXES.get(region, ())}
            yield region, (f"+{code}", trunk, lengths, tuple(sorted(beginnings)))


def _has_a_usual_length(number: str) -> bool:
    for end in (3, 4, 2):  # no country code is the beginning of another
        lengths = usual_lengths(number[1:end])
        if lengths:
            return len(number) - end in lengths and number[end] != "0"
    return False


@lru_cache(maxsize=1000)
def usual_lengths(code: str) -> frozenset[int]:
    """The counts of digits that may follow a country code; none for what is no country code."""
    spans = [span.split("-") for span in _spans.get(code, "").split(",") if span]
    return frozenset(length for ends in spans for length in range(int(ends[0]), int(ends[-1]) + 1))


_by_country: dict[str | None, _Plan] = {
    name: plan for region, plan in _plans() for name in (region, region.lower())
}
_by_code = {plan[0][1:]: plan for _, plan in _plans()}
