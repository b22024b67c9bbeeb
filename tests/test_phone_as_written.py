"""Phone numbers as they stand in customers' files: with what spreadsheets, people and programs leave around them."""

from __future__ import annotations

import pytest

from twilio_numbers_async.errors import InvalidArgumentError, InvalidPhoneNumberError
from twilio_numbers_async.phone import to_e164

US = "+14155550100"
# A number of each country as it is dialled there, and its E.164.
AT_HOME = [
    ("US", "4155550100", US), ("CA", "6045550100", "+16045550100"), ("GB", "02079460123", "+442079460123"),
    ("AU", "212345678", "+61212345678"), ("DE", "030123456", "+4930123456"), ("FR", "0123456789", "+33123456789"),
    ("AT", "015123456", "+4315123456"), ("ID", "0215551234", "+62215551234"), ("IN", "9876543210", "+919876543210"),
    ("BR", "1155256325", "+551155256325"), ("MX", "5512345678", "+525512345678"), ("JP", "0312345678", "+81312345678"),
    ("IT", "0612345678", "+390612345678"), ("ES", "911234567", "+34911234567"), ("SE", "081234567", "+4681234567"),
    ("NL", "0201234567", "+31201234567"), ("CH", "0441234567", "+41441234567"), ("PL", "221234567", "+48221234567"),
    ("ZA", "0111234567", "+27111234567"), ("NZ", "091234567", "+6491234567"), ("SG", "61234567", "+6561234567"),
    ("IE", "015550100", "+35315550100"), ("BE", "025551234", "+3225551234"), ("DK", "32123456", "+4532123456"),
]  # fmt: skip


def refusal(text: str, country: str | None) -> str:
    with pytest.raises(InvalidPhoneNumberError) as caught:
        to_e164(text, country)
    assert caught.value.argument == "number"
    return str(caught.value)


@pytest.mark.parametrize(("country", "text", "number"), AT_HOME)
@pytest.mark.parametrize(
    "form",
    [
        "{}", "{}.0", "{}.00", "{},0", "{}.000000", " {}.0 ", '"{}.0"', '="{}"', '= "{}"', '"{}"', "'{}'",
        "'{}", "`{}`",
        "\u201c{}\u201d", "\u201e{}\u201c", "\u00ab{}\u00bb", "<{}>", "[{}]", "{{{}}}", '"<{}>"', "{},", "{};",
        "{} ;",
        "{}:", "{}.", "{};;", "\ufeff{}", "{}\u200b", "Tel: {}", "Tel.: {},",
    ],
)  # fmt: skip
def test_what_stands_around_a_number_is_left_out(country: str, text: str, number: str, form: str) -> None:
    assert to_e164(form.format(text), country) == number
    if form.startswith("{}"):
        assert to_e164(form.format(number), None) == number


@pytest.mark.parametrize(("country", "text", "number"), AT_HOME)
@pytest.mark.parametrize("fraction", [".5", ",5", ".50", ".01", ".12", "\u066b5", "\uff0e5"])
def test_another_fraction_is_refused(country: str, text: str, number: str, fraction: str) -> None:
    assert "has a fraction" in refusal(text + fraction, country)
    assert "has a fraction" in refusal(number + fraction, None)


@pytest.mark.parametrize("fraction", [".123", ".123456", ",123"])
def test_a_long_fraction_is_refused(fraction: str) -> None:
    assert "has a fraction" in refusal(f"212345678{fraction}", "AU")
    assert "has a fraction" in refusal(f"+61212345678{fraction}", None)


@pytest.mark.parametrize("text", ["21 234 5678.0", "(02) 1234 5678.0", "+61 2 1234 5678.0"])
def test_a_point_behind_a_number_in_groups(text: str) -> None:
    assert to_e164(text, "AU") == "+61212345678"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("01.23.45.67.89", "+33123456789"),
        ("01.23.45.67.80", "+33123456780"),
        ("0123.456.789", "+33123456789"),
        ("+33.123456789", "+33123456789"),
    ],
)
def test_points_between_groups_stay(text: str, number: str) -> None:
    assert to_e164(text, "FR") == number


@pytest.mark.parametrize(
    "text",
    [
        "4.155550101E+9", "4,155550101E+9", "4.15556E+09", "4.15556e9", "4E9", "+4.155550101E+9", "1.4155550101E+10",
        "4.155550101 E+09", "4.2E-5", "4.155550101\u00d710^9", '"4.155550101E+9"', "415555E10",
    ],
)  # fmt: skip
@pytest.mark.parametrize("country", ["US", "DE", "AU", "GB", "ID", None])
def test_a_number_in_scientific_notation_is_refused(text: str, country: str | None) -> None:
    assert "a spreadsheet has turned it into a number and may have lost digits" in refusal(text, country)


@pytest.mark.parametrize(
    "text",
    [
        "1-800-FLOWERS", "1 800 FLOWERS", "1800FLOWERS", "800-FLOWERS", "+1 800 FLOWERS", "+1-800-flowers",
        "(800) FLOWERS",
        "011 1 800 FLOWERS", "Call 1-800-FLOWERS", "1-800-35-OWERS", "1-800-356-WERS", "1-800-356-9-ERS",
        "18003569ERS",
    ],
)  # fmt: skip
def test_letters_that_complete_a_number_stay(text: str) -> None:
    assert to_e164(text, "US") == "+18003569377"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("800-CAR-4YOU", "+18002274968"),
        ("(212) 555-PIES", "+12125557437"),
        ("1-888-555-HELP", "+18885554357"),
        ("1-800-GO-FEDEX", "+18004633339"),
        ("1-800-829-1TAX", "+18008291829"),
        ("415-555-SOLD", "+14155557653"),
    ],
)
def test_vanity_numbers(text: str, number: str) -> None:
    assert to_e164(text, "US") == number
    assert to_e164(text, "CA") == number


@pytest.mark.parametrize(
    "text",
    [
        "555-0142 Mom", "1-555-0100 Sam", "5550100Joe", "555-2142 Mom", "415-5551 Bob", "(415) 555-0100 Mom",
        "415-555-0100 ask for Ann", "415-555-0100Ann", "555-014 Jane", "23456 Smith", "90210 Smith", "12345 Smithy",
        "201 555 0123 (home)", "201 555 (home)", "415-555-0100 \u00c9va", "+14155550100 \u0434\u043e\u043c",
        "4155550100 - cell",
    ],
)  # fmt: skip
def test_a_name_behind_a_number_is_no_part_of_it(text: str) -> None:
    said = refusal(text, "US")
    assert "text after the number" in said or "letters that do not complete" in said


@pytest.mark.parametrize(
    "text",
    ["415-555-O1OO", "415-555-OIOO", "415-555-1OOO", "415-55S-O1OO", "4I5-555-OLOO", "415-5B5-O1OO"],
)
def test_letters_that_look_like_digits_are_refused(text: str) -> None:
    said = refusal(text, "US")
    assert "letters that do not complete" in said or "text after the number" in said
    assert refusal(text.replace("415", "8OO"), "US")


@pytest.mark.parametrize(("country", "text", "number"), AT_HOME)
@pytest.mark.parametrize("word", ["(home)", "home", "Mom", "- mobile", "privat", "[work]", "\u81ea\u5b85"])
def test_text_after_the_number_is_named(country: str, text: str, number: str, word: str) -> None:
    assert "has text after the number" in refusal(f"{text} {word}", country)
    assert "has text after the number" in refusal(f"{number} {word}", None)


@pytest.mark.parametrize("country", ["DE", "GB", "AU", "AT", "ID"])
def test_letters_are_no_digits_elsewhere(country: str) -> None:
    assert "text after the number" in refusal("1-800-FLOWERS", country)


@pytest.mark.parametrize(("country", "text", "number"), AT_HOME)
@pytest.mark.parametrize(
    "between",
    [
        "; ", ";", ", ", ",", " ::: ", " / ", "/", " or ", " oder ", " ou ", " y ", " and ", " & ", " | ", "|",
        "\n", "\r\n",
        "\t", " + ", "\\", " \u2022 ", "\u3001", ",\n", ": ", "\u2028",
    ],
)  # fmt: skip
def test_several_numbers_in_one_cell(country: str, text: str, number: str, between: str) -> None:
    other = text[:-2] + ("11" if text[-2:] != "11" else "22")
    assert "several numbers in one cell" in refusal(f"{text}{between}{other}", country)
    assert "several numbers in one cell" in refusal(f"{number}{between}{number[:-2]}11", None)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("089 12345 / 12346", "DE"), ("089 12345/12346", "DE"), ("089 12345 / 46", "DE"), ("089 12345 - 12346", "DE"),
        ("089 12345 \u2013 12346", "DE"), ("089 12345 12346", "DE"), ("+49 89 12345 / 12346", None),
        ("01 5123456 / 57", "AT"), ("01 5123456 / 5123457", "AT"), ("0316 876543 / 876544", "AT"),
        ("021 5551234 / 5551235", "ID"), ("(021) 5551234/35", "ID"), ("08 123 456 / 123 457", "SE"),
        ("415-555-0100 / 0101", "US"), ("415-555-0100, 0101", "US"), ("415-555-0100 or 0101", "US"),
        ("415-555-0100 415-555-0101", "US"), ("555-0100; 555-0101", "US"), ("4155550100 x 4155550101", "US"),
        ("+14155550100+14155550101", None), ("415-555-0100 home, 415-555-0101 work", "US"),
    ],
)  # fmt: skip
def test_a_number_and_the_end_of_another(text: str, country: str | None) -> None:
    said = refusal(text, country)
    assert "several numbers in one cell" in said or "extension" in said


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("089 / 12345", "DE", "+498912345"), ("089/12345", "DE", "+498912345"),
        ("(089) / 12345-67", "DE", "+49891234567"),
        ("033230/12345", "DE", "+493323012345"), ("+49 (0)89 / 12345", None, "+498912345"),
        ("01/5123456", "AT", "+4315123456"),
        ("0316/876543", "AT", "+43316876543"), ("021/5551234", "ID", "+62215551234"), ("415/555-0100", "US", US),
        ("415/555/0100", "US", US), ("011/123 45 67", "ZA", "+27111234567"), ("02/555.12.34", "BE", "+3225551234"),
        ("0711 6666 6677", "DE", "+4971166666677"), ("089 12345-67", "DE", "+49891234567"),
    ],
)  # fmt: skip
def test_a_slash_inside_of_one_number(text: str, country: str | None, number: str) -> None:
    assert to_e164(text, country) == number


@pytest.mark.parametrize(
    "parameters",
    [
        ";npdi", ";npdi;rn=+1-201-555-0199", ";npdi;rn=2015550199;rn-context=+1", ";cic=+1-6789", ";isub=1411",
        ";tgrp=trunk;trunk-context=+1-630", ";NPDI", ";enumdi;npdi", ";isub=1411;postd=p22",
    ],
)  # fmt: skip
def test_the_parameters_of_a_tel_uri_are_ignored(parameters: str) -> None:
    for start in ("tel:", "TEL:"):
        assert to_e164(f"{start}+1-201-555-0123{parameters}") == "+12015550123"
        assert to_e164(f"{start}201-555-0123{parameters};phone-context=+1", "GB") == "+12015550123"
        assert to_e164(f"{start}+44-20-7946-0123{parameters}") == "+442079460123"
        assert "extension" in refusal(f"{start}+1-201-555-0123{parameters};ext=12", None)
        assert "several numbers" in refusal(f"{start}+1-201-555-0123{parameters};+1-201-555-0124", None)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("+5215512345678", None), ("+52 1 55 1234 5678", None), ("+52 01 55 1234 5678", "US"),
        ("+52 044 55 1234 5678", None),
        ("1 55 1234 5678", "MX"), ("01 55 1234 5678", "MX"), ("01 (55) 1234-5678", "MX"), ("044 55 1234 5678", "MX"),
        ("045 55 1234 5678", "MX"), ("011 52 1 55 1234 5678", "US"), ("00 52 1 55 1234 5678", "DE"),
    ],
)  # fmt: skip
def test_the_prefixes_that_mexico_has_given_up(text: str, country: str | None) -> None:
    assert "write +52 and the last ten digits" in refusal(text, country)


def test_what_mexico_has_kept() -> None:
    assert to_e164("55 1234 5678", "MX") == "+525512345678"
    assert "too long" in refusal("+52 2 55 1234 5678", None)


@pytest.mark.parametrize(
    "text",
    [
        # English, and what all languages have
        "#VALUE!", "#N/A", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
        "#GETTING_DATA", "#n/a",
        # German, French, Spanish, Italian, Portuguese, Dutch
        "#WERT!", "#NV", "#BEZUG!", "#ZAHL!", "#\u00dcBERLAUF!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!",
        "#\u00a1VALOR!",
        "#\u00bfNOMBRE?", "#\u00a1NUM!", "#\u00a1DIV/0!", "#N/D", "#VALORE!", "#RIF!", "#NOME?", "#VALOR!",
        "#N\u00daM!", "#WAARDE!",
        "#N/B", "#DEEL/0!",
        # Polish, Swedish, Danish, Finnish, Czech, Hungarian, Turkish, Russian
        "#ARG!", "#ADR!", "#DZIEL/0!", "#V\u00c4RDEFEL!", "#SAKNAS!", "#V\u00c6RDI!", "#I/T", "#ARVO!",
        "#PUUTTUU!", "#HODNOTA!",
        "#NEN\u00cd_K_DISPOZICI", "#D\u011aLEN\u00cd_NULOU!", "#\u00c9RT\u00c9K!", "#HI\u00c1NYZIK",
        "#DE\u011eER!", "#YOK",
        "#\u0417\u041d\u0410\u0427!", "#\u041d/\u0414",
        # LibreOffice, a narrow column, and what programs write for nothing
        "Err:502", "########", "-nan", "nan", "NaN", "NULL", "null", "<NA>", "NaT", "undefined",
        "\\N", '"#N/A"', " #VALUE! ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("country", ["US", "DE", None])
def test_an_error_of_a_spreadsheet_is_no_number(text: str, country: str | None) -> None:
    assert refusal(text, country) == "This is a spreadsheet's error, no number"


@pytest.mark.parametrize("text", ["N/A", "n/a", "NA", "n.a.", "none", "None", "nil", " n/a ", '"none"'])
@pytest.mark.parametrize("country", ["US", "DE", None])
def test_words_for_no_number(text: str, country: str | None) -> None:
    assert refusal(text, country) == "There is no number: the text says so"


@pytest.mark.parametrize("text", ["", " ", "\n", '""', '=""', "' '", "[]", ",", "\ufeff", "\u200b"])
def test_nothing_is_no_number(text: str) -> None:
    assert refusal(text, "US") == "There is no number: the text is empty"


@pytest.mark.parametrize(
    ("country", "meant"),
    [
        ("UK", "GB"),
        ("uk", "GB"),
        ("USA", "US"),
        ("GBR", "GB"),
        ("EL", "GR"),
        ("+44", "GB"),
        ("49", "DE"),
        ("1", "US"),
    ],
)
def test_a_country_that_is_written_otherwise_is_told(country: str, meant: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"ISO 3166-1.*: write {meant}$"):
        to_e164("020 7946 0123", country)


@pytest.mark.parametrize("country", ["XX", "999", "800", "001", "Utopia"])
def test_nothing_is_guessed_of_other_countries(country: str) -> None:
    with pytest.raises(InvalidArgumentError, match=r"'US' or 'GB'$"):
        to_e164("020 7946 0123", country)


def test_an_area_code_that_is_not_known_yet_is_possible() -> None:
    assert to_e164("(436) 555-0100", "US") == "+14365550100"
    assert to_e164("436-555-PIES", "US") == "+14365557437"


@pytest.mark.parametrize(
    "text",
    [
        "415-555-0100 ext. 12", "415-555-0100 extension 1234567", "4155550100 x12345", "4155550100x5",
        "+1 415 555 0100;ext=12345",
        "4155550100,,12", "4155550100;12", "+1 415 555 0100 #12", "415-555-0100 ext 12", "4155550100~5",
        "415-555-0100, 12",
    ],
)  # fmt: skip
def test_extensions_are_named(text: str) -> None:
    assert "has an extension" in refusal(text, "US")


@pytest.mark.parametrize(
    ("text", "country"), [("+598007211234", None), ("+598 0 0721 1234", None), ("0183/120-114", "AU")]
)
def test_a_prefix_too_many_is_refused(text: str, country: str | None) -> None:
    with pytest.raises(InvalidPhoneNumberError, match="a 0, or another prefix, too many"):
        to_e164(text, country)


@pytest.mark.parametrize(
    ("text", "country"), [("+59807211234", None), ("07211234", "UY"), ("+5987211234", None)]
)
def test_one_prefix_is_left_out(text: str, country: str | None) -> None:
    assert to_e164(text, country) == "+5987211234"
