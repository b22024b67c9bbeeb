"""The country and the kind of a number, by a rough table that is enough for a sandbox."""

from __future__ import annotations

TOLL_FREE_CODES = frozenset({"800", "833", "844", "855", "866", "877", "888"})

# Area codes of +1 that are not the United States.
_CANADA = frozenset({
    "204", "226", "236", "249", "250", "257", "263", "289", "306", "343", "354", "365", "367", "368", "382",
    "403", "416", "418", "428", "431", "437", "438", "450", "460", "468", "474", "506", "514", "519", "548",
    "579", "581", "584", "587", "600", "604", "613", "639", "647", "672", "683", "705", "709", "742", "753",
    "778", "780", "782", "807", "819", "825", "867", "873", "879", "902", "905", "942",
})  # fmt: skip
_ISLANDS = {
    "242": "BS", "246": "BB", "264": "AI", "268": "AG", "284": "VG", "340": "VI", "345": "KY", "441": "BM",
    "473": "GD", "649": "TC", "658": "JM", "664": "MS", "670": "MP", "671": "GU", "684": "AS", "721": "SX",
    "758": "LC", "767": "DM", "784": "VC", "787": "PR", "809": "DO", "829": "DO", "849": "DO", "868": "TT",
    "869": "KN", "876": "JM", "939": "PR",
}  # fmt: skip
_COUNTRIES = {
    "7": "RU", "20": "EG", "27": "ZA", "30": "GR", "31": "NL", "32": "BE", "33": "FR", "34": "ES", "36": "HU",
    "39": "IT", "40": "RO", "41": "CH", "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO", "48": "PL",
    "49": "DE", "51": "PE", "52": "MX", "54": "AR", "55": "BR", "56": "CL", "57": "CO", "60": "MY", "61": "AU",
    "62": "ID", "63": "PH", "64": "NZ", "65": "SG", "66": "TH", "81": "JP", "82": "KR", "84": "VN", "86": "CN",
    "90": "TR", "91": "IN", "351": "PT", "352": "LU", "353": "IE", "354": "IS", "358": "FI", "370": "LT",
    "371": "LV", "372": "EE", "380": "UA", "385": "HR", "386": "SI", "420": "CZ", "421": "SK", "506": "CR",
    "852": "HK", "886": "TW", "966": "SA", "971": "AE", "972": "IL",
}  # fmt: skip


def is_north_american(number: str) -> bool:
    """True for an E.164 number of +1 with an area code (which starts with 2 to 9) and seven digits."""
    return len(number) == 12 and number.startswith("+1") and number[2] >= "2"


def is_reserved(number: str) -> bool:
    """True for the numbers that are reserved for fiction: ``+1 NXX 555 01XX``."""
    return is_north_american(number) and number[5:10] == "55501"


def country_of(number: str) -> str | None:
    """The ISO code of an E.164 number's country, None for one that the table does not have."""
    if number.startswith("+1"):
        area = number[2:5]
        return "CA" if area in _CANADA else _ISLANDS.get(area, "US")
    return next((_COUNTRIES[code] for end in (2, 3, 4) if (code := number[1:end]) in _COUNTRIES), None)
