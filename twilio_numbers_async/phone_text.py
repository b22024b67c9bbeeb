"""Finds a phone number in the text around it, without a numbering plan."""

from __future__ import annotations

import re

__all__ = [
    "LETTERS",
    "NO_NUMBER",
    "SEVERAL",
    "TEXT_AFTER",
    "digits_of",
    "fault_of",
    "from_first_digit",
    "is_vanity",
    "number_of",
]

NO_NUMBER = "There is no number"
"""The beginning of what is said of a text that does not try to be one."""
SEVERAL = "There are several numbers in one cell: give each in a row of its own"
TEXT_AFTER = "This has text after the number: give the number alone"
LETTERS = "The phone number has letters that do not complete one of full length"
_ERROR = "This is a spreadsheet's error, no number"
_LOST = (
    "This is not a phone number: a spreadsheet has turned it into a number and may have lost digits. "
    "Enter it again as text"
)
_FRACTION = (
    "The phone number has a fraction: a spreadsheet has turned it into a number. Enter it again as text"
)

# A formula that is a text, quotes, brackets: the inside is meant.
_WRAPPINGS = tuple(
    re.compile(pattern, re.DOTALL).fullmatch
    for pattern in (
        r'=\s*"(.*)"', '"(.*)"', "'(.*)'", "`(.*)`", "[\u2018\u201a](.*)[\u2018\u2019]",
        "[\u201c\u201d\u201e](.*)[\u201c\u201d]", "[«»](.*)[«»]", "<([^<>]*)>", r"\[([^\[\]]*)\]",
        r"\{([^{}]*)\}",
    )
)  # fmt: skip
_OPENERS = frozenset("=\"'`\u2018\u201a\u201c\u201d\u201e«»<[{")
_LOOSE_MARKS = ".,;:\u200b\u200e\u200f\u202c\u2060\ufeff"

# In every language that spreadsheets speak: #VALUE! #N/A #WERT! #¡VALOR! #ЗНАЧ! #NENÍ_K_DISPOZICI #### Err:502
_is_sheet_error = re.compile(r"#[¡¿]?[^\W\d_](?:[^\W\d]|[/ ]|0)*[!?]?|##+|err:\d{3}", re.IGNORECASE).fullmatch
# A person's words for no number, and what programs write for nothing.
_WORDS_FOR_NONE = frozenset({"n/a", "n.a.", "na", "none", "nil"})
_NOTHINGS = _WORDS_FOR_NONE | {
    "nan", "-nan", "<na>", "null", "(null)", "nat", "undefined", "\\n", "inf", "-inf",
}  # fmt: skip

_is_scientific = re.compile(
    r"[+-]?\d+(?:[.,\u066b]\d*)?\s*(?:e|\u00d7\s*10\s*\^?)\s*[+-]?\d+", re.IGNORECASE
).fullmatch
# A last digit alone behind a point is never a part of a phone number. Two are none where nothing else parts the
# digits, and more are none behind so many digits that it has its area code already.
_decimal = re.compile(
    r"(?P<a>.*\d\d)[.\u066b\uff0e](?P<b>\d)"
    r"|(?P<c>[+-]?\d+)[.,\u066b\uff0e\uff0c](?P<d>\d\d?)"
    r"|(?P<e>\+\d{10,}|-?\d{8,})[.,\u066b\uff0e\uff0c](?P<f>\d{3,})"
).fullmatch

# Marks that stand between two numbers, and never inside one; words do so too, but for those before an extension.
_BETWEEN = re.compile(
    r"[;,|&\\:\r\n\v\f\t\u2022\u2028\u2029\u3001\uff0c\uff1b]+|(?<=\d)\s*(?=[+\uff0b])"
    r"|(?<=[\d\s)])[^\W\d_]+(?=[\s(+\d])"
)
_EXTENSION_WORD = re.compile(r"\s*(?:e?xt\w{0,8}|x|int|anexo|доб|durchwahl|dw)\b\W*", re.IGNORECASE)
_has_extension = re.compile(
    r"(?:\b(?:e?xt\w{0,8}|int|anexo|доб|durchwahl|dw)\b|(?<=[\d\s)])x|[#~])[.:=]?[\s,-]*\d{1,9}#?\Z",
    re.IGNORECASE,
).search
_is_plain = re.compile(r"\+?[\d ()\-\u00a0]+").fullmatch
_is_parameter = re.compile(r"\s*[\w.-]*[^\W\d][\w.-]*(?:=.*)?", re.DOTALL).fullmatch

_vanity = re.compile(r"(?:011|00)?\W*1?\W*([2-9]\d\d)(.*)", re.ASCII | re.DOTALL).fullmatch
_stands_apart = re.compile(r"(?:011|00)?(?:\+|1\D)").match
_TOLL_FREE = frozenset(f"8{digit}{digit}" for digit in "02345678")
_LIKE_DIGITS = (frozenset("OIL"), frozenset("OILSBZQDG"))


def number_of(text: str) -> str:
    """Return the number without wrappings, loose marks behind it, the ``.0`` of a spreadsheet, and parameters."""
    text = text.strip()
    if _is_plain(text) or text.casefold() in _NOTHINGS:
        return text
    text = _unwrapped(text)
    if text[:4].casefold() == "tel:":
        first, *parameters = text[4:].split(";")
        return ";".join(["tel:" + first, *filter(_matters, parameters)])
    decimal = _decimal(text)
    if decimal is not None:
        whole, fraction = [group for group in decimal.groups() if group is not None]
        if not int(fraction):
            return whole
    return text


def _unwrapped(text: str) -> str:
    while True:
        before = text
        text = text.strip().strip("\u200b\u2060\ufeff")
        if text[:1] in _OPENERS:
            for wrapping in _WRAPPINGS:
                inside = wrapping(text)
                if inside is not None:
                    text = inside[1]
        text = text.rstrip(_LOOSE_MARKS)
        if text == before:
            return text


def _matters(parameter: str) -> bool:
    """True for a parameter that decides which number it is, and for text that is no parameter (RFC 3966, RFC 4694)."""
    name = parameter.partition("=")[0].strip().casefold()
    return name in {"ext", "phone-context"} or not _is_parameter(parameter)


def fault_of(text: str) -> str | None:
    """The reason why the text is not one number, as far as the text alone tells. None where it may be one."""
    if not text:
        return f"{NO_NUMBER}: the text is empty"
    if _is_plain(text):
        return None
    if text.casefold() in _WORDS_FOR_NONE:
        return f"{NO_NUMBER}: the text says so"
    if _is_sheet_error(text) or text.casefold() in _NOTHINGS:
        return _ERROR
    if _is_scientific(text):
        return _LOST
    if text[:4].casefold() == "tel:":
        text = text[4:].partition(";phone-context=")[0]
    rest = from_first_digit(text)
    if _is_several(rest):
        return SEVERAL
    if _decimal(text):
        return _FRACTION
    if any(map(str.isalpha, rest)) and not is_vanity(rest) and not _has_extension(rest):
        return _of_letters(rest)
    return None


def digits_of(text: str) -> str:
    """The digits of a text, of any script."""
    return "".join(filter(str.isdecimal, text))


def from_first_digit(text: str) -> str:
    """The text from its first digit or plus on: words before a number do no harm."""
    start = re.search(r"[+\uff0b\d]", text)
    return text[start.start() :] if start else ""


def _is_several(text: str) -> bool:
    marks, pieces, start = [""], list[str](), 0
    for found in _BETWEEN.finditer(text):
        pieces.append(text[start : found.start()])
        marks.append(found.group())
        start = found.end()
    pieces.append(text[start:])
    has_first = False
    for mark, piece in zip(marks, pieces, strict=True):
        count = len(digits_of(piece))
        if has_first and count >= _least(mark, piece):
            return True
        has_first = has_first or count >= 5
    return False


def _least(mark: str, piece: str) -> int:
    """The count of digits that make another number of what stands behind a mark: an extension may look like one."""
    if _EXTENSION_WORD.match(mark) or _EXTENSION_WORD.match(piece):
        return 9
    return 5 if mark.strip(" ;,") == "" else 3


def is_vanity(text: str) -> bool:
    """True for letters that complete a North American number: ``1-800-FLOWERS``, ``(212) 555-PIES``.

    A name or a word behind a number, and letters that stand for digits which look like them, do not.
    """
    found = _vanity(text)
    if found is None:
        return False
    area, local = found.groups()
    characters = "".join(filter(str.isalnum, local)).upper()
    letters = "".join(filter(str.isalpha, characters))
    if len(characters) != 7 or not characters.isascii() or len(letters) < 3 or characters[0] in "01":
        return False
    if not (area in _TOLL_FREE or not local[0].isdigit() or _stands_apart(text)):
        return False  # a postcode and a name
    if re.search(r"\([^)]*[A-Za-z]", local) or _looks_like_digits(characters, letters):
        return False
    return not characters[:4].isdigit() or _is_completed_in_place(area, local)


def _looks_like_digits(characters: str, letters: str) -> bool:
    always, among_digits = _LIKE_DIGITS
    return always.issuperset(letters) or (
        among_digits.issuperset(letters) and re.search(r"[A-Z]\d", characters) is not None
    )


def _is_completed_in_place(area: str, local: str) -> bool:
    """Distinguish ``800-555-1TAX`` from ``555-5551 Joe``, where ten characters are a local number and a name."""
    if re.match(r"\W+\d{3}\W+\d\W*[A-Za-z]", local):
        return True
    return area in _TOLL_FREE and re.search(r"\d[A-Za-z]", local) is not None


def _of_letters(text: str) -> str | None:
    if len(digits_of(text)) < 5:
        return None
    before = digits_of(re.split(r"[^\W\d_]", text, maxsplit=1)[0])
    is_behind = not re.search(r"[^\W\d_].*\d", text, re.DOTALL) or "(" in text[len(text) // 2 :]
    return TEXT_AFTER if is_behind or len(before) >= 7 else LETTERS
