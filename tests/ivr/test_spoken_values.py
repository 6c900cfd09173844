"""Values are read back as people say them; the table is written by hand, the property uses another program's words."""

import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from num2words import num2words

from server.ivr.spoken import KINDS, PAUSE, Unspeakable, read_back, speaks, vocabulary

LANGUAGES = ("en", "pt", "de", "es")

TABLE = [
    ("en", "number", "0", "zero"),
    ("en", "number", "21", "twenty-one"),
    ("en", "number", "1105", "one thousand one hundred and five"),
    ("en", "number", "2005", "two thousand and five"),
    ("en", "number", "1000000", "one million"),
    ("en", "number", "-3.05", "minus three point zero five"),
    ("en", "date", "2026-03-03", "the third of March twenty twenty-six"),
    ("en", "date", "2005-12-31", "the thirty-first of December two thousand and five"),
    ("en", "date", "1905-01-01", "the first of January nineteen oh five"),
    ("en", "date", "1900-01-02", "the second of January nineteen hundred"),
    ("en", "time", "14:05", "two oh five p.m."),
    ("en", "time", "00:00", "midnight"),
    ("en", "time", "12:00", "noon"),
    ("en", "time", "00:30", "twelve thirty a.m."),
    ("en", "currency", "12.05", "twelve euros and five cents"),
    ("en", "currency", "0.01", "one cent"),
    ("en", "currency", "1", "one euro"),
    ("en", "currency", "0", "zero euros"),
    ("en", "spell", "a.b@c", "A dot B at C"),
    ("pt", "number", "1000", "mil"),
    ("pt", "number", "1100", "mil e cem"),
    ("pt", "number", "1101", "mil cento e um"),
    ("pt", "number", "2500", "dois mil e quinhentos"),
    ("pt", "number", "1000001", "um milhão e um"),
    ("pt", "number", "2500300", "dois milhões quinhentos mil e trezentos"),
    ("pt", "number", "7.5", "sete vírgula cinco"),
    ("pt", "date", "2026-03-01", "primeiro de março de dois mil e vinte e seis"),
    ("pt", "time", "02:01", "duas horas e um minuto"),
    ("pt", "time", "21:00", "vinte e uma horas"),
    ("pt-BR", "currency:BRL", "1000000", "um milhão de reais"),
    ("pt-BR", "currency:BRL", "1.01", "um real e um centavo"),
    ("pt", "currency:GBP", "202", "duzentas e duas libras"),
    ("pt", "currency:ARS", "2.50", "dois pesos e cinquenta centavos"),
    ("en", "currency:AUD", "2.01", "two dollars and one cent"),
    ("de", "currency:MXN", "1", "ein Peso"),
    ("es", "currency:COP", "1.50", "un peso con cincuenta centavos"),
    ("de", "number", "1", "eins"),
    ("de", "number", "121", "einhundert einundzwanzig"),
    ("de", "number", "101000", "einhundert ein tausend"),
    ("de", "number", "1000000", "eine Million"),
    ("de", "date", "2026-03-07", "siebter März zwei tausend sechsundzwanzig"),
    ("de", "date", "1989-11-20", "zwanzigster November neunzehnhundert neunundachtzig"),
    ("de", "time", "01:05", "ein Uhr fünf"),
    ("de", "currency", "1.20", "ein Euro und zwanzig Cent"),
    ("de", "spell", "ÄB9", "Ä B neun"),
    ("es", "number", "21000", "veintiún mil"),
    ("es", "number", "100", "cien"),
    ("es", "number", "31", "treinta y uno"),
    ("es", "date", "2026-01-01", "primero de enero de dos mil veintiséis"),
    ("es", "time", "01:15", "una hora y quince minutos"),
    ("es", "currency", "21.05", "veintiún euros con cinco céntimos"),
    ("es", "currency:GBP", "221", "doscientas veintiuna libras"),
    ("es", "spell", "ñ_1", "Ñ guion bajo uno"),
]


@pytest.mark.parametrize(("language", "kind", "value", "spoken"), TABLE)
def test_a_value_is_said_as_people_say_it(language: str, kind: str, value: str, spoken: str) -> None:
    form, _, currency = kind.partition(":")
    assert " ".join(read_back(value, form, language, currency or "EUR")) == spoken


@pytest.mark.parametrize(
    ("value", "groups"),
    [("12", ["12"]), ("1234", ["12", "34"]), ("123456", ["123", "456"]), ("1234567", ["123", "45", "67"])],
)
def test_digits_come_in_groups(value: str, groups: list[str]) -> None:
    digits = {word: str(number) for number in range(10) for word in read_back(str(number), "digits", "en")}
    spoken = "".join(digits.get(piece, " ") for piece in read_back(value, "telephone", "en"))
    assert spoken.split(" ") == groups


def test_a_plus_is_said() -> None:
    assert read_back("+44 20", "telephone", "de")[:2] == ("plus", PAUSE)


@given(number=st.integers(0, 999_999_999), language=st.sampled_from(LANGUAGES))
def test_numbers_agree_with_another_programs(number: int, language: str) -> None:
    def plain(text: str) -> str:
        return re.sub(r"[\s,-]", "", text)

    other = plain(num2words(number, lang={"pt": "pt_BR"}.get(language, language)))
    ours = plain(" ".join(read_back(str(number), "number", language)))
    if language == "de":  # the other says "einhunderteinstausend" and "einhunderteins Millionen"
        other, ours = (re.sub("eine?s?(tausend|Million)", r"ein\1", text) for text in (other, ours))
    if language == "pt":  # the other puts an "e" between millions and thousands as well
        other, ours = (re.sub(r"(milh(ão|ões))e", r"\1", text) for text in (other, ours))
    if language == "es":  # the other does not shorten "uno" before thousands and millions
        other = re.sub("veintiuno(mil)", r"veintiún\1", other)
        other = re.sub("uno(mil)", r"un\1", other)
    assert ours == other


@given(language=st.sampled_from(LANGUAGES), kind=st.sampled_from(KINDS), data=st.data())
def test_every_piece_is_in_the_vocabulary(language: str, kind: str, data: st.DataObject) -> None:
    values = {
        "digits": st.from_regex(r"\A[0-9]{1,15}\Z"),
        "telephone": st.from_regex(r"\A\+?[0-9]{1,15}\Z"),
        "number": st.decimals(-999_999_999, 999_999_999, places=2).map(str),
        "currency": st.decimals(-999_999_998, 999_999_998, places=2).map(str),
        "date": st.dates(date(1000, 1, 1), date(9999, 12, 31)).map(str),
        "time": st.integers(0, 1439).map(lambda minute: time(*divmod(minute, 60)).isoformat("minutes")),
        "spell": st.text(min_size=1, max_size=20).filter(lambda text: len(text.strip()) > 0),
    }
    currency = data.draw(st.sampled_from(["EUR", "USD", "BRL", "GBP", "CHF", "CAD", "MXN"]))
    pieces = read_back(data.draw(values[kind]), kind, language, currency)
    assert pieces
    assert set(pieces) <= vocabulary(language) | {PAUSE}


@pytest.mark.parametrize(
    ("value", "kind", "language", "why"),
    [
        ("12", "number", "fr", "only in en, pt, de, es"),
        ("12", "roman", "en", "write one of digits"),
        ("twelve", "number", "en", "no number"),
        ("NaN", "number", "en", "up to"),
        ("1e30", "currency", "en", "up to"),
        ("1.1234567", "number", "en", "decimals"),
        ("12a", "digits", "en", "not digits"),
        ("٣", "digits", "en", "not digits"),
        ("31.03.2026", "date", "de", "2026-03-31"),
        ("25:00", "time", "de", "14:05"),
        ("", "spell", "en", "nothing"),
        ("1" * 61, "digits", "en", "too many"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(value: str, kind: str, language: str, why: str) -> None:
    with pytest.raises(Unspeakable, match=re.escape(why)):
        read_back(value, kind, language)


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(Unspeakable, match="'XYZ'"):
        read_back(str(Decimal(1)), "currency", "en", "XYZ")


def test_a_region_does_not_matter() -> None:
    assert speaks("pt-BR")
    assert not speaks("fr")


def test_the_vocabulary_is_small_enough_to_be_spoken_at_once() -> None:
    assert all(150 < len(vocabulary(language)) < 400 for language in LANGUAGES)
