"""German."""

from server.ivr.spoken.tongue import DOLLARS, PESOS, Gender, Noun, Words, listed

_SMALL = listed(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
)
_TENS = listed("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_MONTHS = listed("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
_ONE = {Gender.NONE: "eins", Gender.MASCULINE: "ein", Gender.FEMININE: "eine"}
_IRREGULAR_ORDINALS = {1: "erster", 3: "dritter", 7: "siebter", 8: "achter"}
_CENT = Noun("Cent", "Cent")

WORDS = Words(
    minus="minus",
    plus="plus",
    point="Komma",
    months=_MONTHS,
    currencies={
        "EUR": (Noun("Euro", "Euro"), _CENT),
        **dict.fromkeys(DOLLARS, (Noun("Dollar", "Dollar"), _CENT)),
        **dict.fromkeys(PESOS, (Noun("Peso", "Pesos"), Noun("Centavo", "Centavos"))),
        "BRL": (Noun("Real", "Reais"), Noun("Centavo", "Centavos")),
        "GBP": (Noun("Pfund", "Pfund"), Noun("Penny", "Pence")),
        "CHF": (Noun("Franken", "Franken"), Noun("Rappen", "Rappen")),
    },
    letters="äöüß",
    signs={"@": "at", ".": "Punkt", "-": "Bindestrich", "_": "Unterstrich", "/": "Schrägstrich", " ": "Leerzeichen"},
    other_sign="Zeichen",
    joint="und",
)


def below_100(number: int, gender: Gender) -> str:
    """The word for 0 to 99; only a lone 1 follows the gender."""
    if number == 1:
        return _ONE[gender]
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    before = "ein" if ones == 1 else _SMALL[ones]
    return (f"{before}und" if ones else "") + _TENS[tens - 2]


def ordinal(day: int) -> str:
    """The day of a month, as "dritter" in "dritter März"."""
    word = _IRREGULAR_ORDINALS.get(day)
    return word or below_100(day, Gender.NONE) + ("ter" if day < 20 else "ster")


class German:
    """Rules of the language."""

    words = WORDS

    def cardinal(self, number: int, gender: Gender = Gender.NONE, /) -> list[str]:
        """ "eintausend", "zweihundert", "fünf"."""
        millions, rest = divmod(number, 1_000_000)
        thousands, ones = divmod(rest, 1_000)
        pieces: list[str] = []
        if millions:
            pieces += [*self._below_1000(millions, Gender.FEMININE), "Million" if millions == 1 else "Millionen"]
        if thousands:
            pieces += [*self._below_1000(thousands, Gender.MASCULINE), "tausend"]
        if ones or not pieces:
            pieces += self._below_1000(ones, gender)
        return pieces

    def _below_1000(self, number: int, gender: Gender) -> list[str]:
        hundreds, rest = divmod(number, 100)
        pieces = [self._hundred(hundreds)] * bool(hundreds)
        return pieces + [below_100(rest, gender)] * bool(rest or not pieces)

    def _hundred(self, hundreds: int) -> str:
        return below_100(hundreds, Gender.MASCULINE) + "hundert"

    def pieces(self) -> set[str]:
        """0 to 99 in each gender, hundreds to "neunzehnhundert" (years), days, and the words between."""
        pieces = {below_100(number, gender) for number in range(100) for gender in Gender} | set(_MONTHS)
        pieces |= {self._hundred(hundreds) for hundreds in range(1, 20)} | {ordinal(day) for day in range(1, 32)}
        return pieces | {"tausend", "Million", "Millionen", "und", "Uhr"}

    def day(self, month: int, day: int) -> list[str]:
        """ "dritter März"."""
        return [ordinal(day), _MONTHS[month - 1]]

    def date(self, year: int, month: int, day: int) -> list[str]:
        """ "dritter März zweitausend sechsundzwanzig", years before 2000 in hundreds."""
        century, rest = divmod(year, 100)
        if 11 <= century < 20:
            spoken = [self._hundred(century), *([below_100(rest, Gender.NONE)] * bool(rest))]
        else:
            spoken = self.cardinal(year)
        return [*self.day(month, day), *spoken]

    def time(self, hour: int, minute: int) -> list[str]:
        """ "ein Uhr fünf"."""
        pieces = [below_100(hour, Gender.MASCULINE), "Uhr"]
        return pieces + [below_100(minute, Gender.NONE)] * bool(minute)
