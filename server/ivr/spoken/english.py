"""English as it is spoken in Britain."""

from server.ivr.spoken.tongue import DOLLARS, PESOS, Gender, Noun, Words, listed

_SMALL = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
_MONTHS = listed("January February March April May June July August September October November December")
_CENT = Noun("cent", "cents")

WORDS = Words(
    minus="minus",
    plus="plus",
    point="point",
    months=_MONTHS,
    currencies={
        "EUR": (Noun("euro", "euros"), _CENT),
        **dict.fromkeys(DOLLARS, (Noun("dollar", "dollars"), _CENT)),
        **dict.fromkeys(PESOS, (Noun("peso", "pesos"), Noun("centavo", "centavos"))),
        "BRL": (Noun("real", "reais"), Noun("centavo", "centavos")),
        "GBP": (Noun("pound", "pounds"), Noun("penny", "pence")),
        "CHF": (Noun("franc", "francs"), Noun("centime", "centimes")),
    },
    letters="",
    signs={"@": "at", ".": "dot", "-": "hyphen", "_": "underscore", "/": "slash", " ": "space"},
    other_sign="sign",
    joint="and",
)


def below_100(number: int) -> str:
    """The word for 0 to 99."""
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")


class English:
    """Rules of the language."""

    words = WORDS

    def cardinal(self, number: int, _gender: Gender = Gender.NONE, /) -> list[str]:
        """ "one thousand", "two hundred and", "five"."""
        pieces: list[str] = []
        for size, name in ((1_000_000, "million"), (1_000, "thousand")):
            count, number = divmod(number, size)
            if count:
                pieces += [*self._below_1000(count), name]
        if number or not pieces:
            pieces += ["and"] * bool(pieces and number < 100) + self._below_1000(number)
        return pieces

    def _below_1000(self, number: int) -> list[str]:
        hundreds, rest = divmod(number, 100)
        if not hundreds:
            return [below_100(rest)]
        return [f"{_SMALL[hundreds]} hundred and", below_100(rest)] if rest else [f"{_SMALL[hundreds]} hundred"]

    def pieces(self) -> set[str]:
        """0 to 99, hundreds with and without "and", ordinals, and the words between."""
        pieces = {below_100(number) for number in range(100)} | set(_ORDINALS) | set(_MONTHS)
        pieces |= {f"{word} hundred{end}" for word in _SMALL[1:10] for end in ("", " and")}
        return pieces | {"and", "thousand", "million", "the", "of", "oh", "hundred", "a.m.", "p.m.", "noon", "midnight"}

    def day(self, month: int, day: int) -> list[str]:
        """ "the third of March"."""
        return ["the", _ORDINALS[day - 1], "of", _MONTHS[month - 1]]

    def date(self, year: int, month: int, day: int) -> list[str]:
        """ "the third of March twenty twenty-six"."""
        return [*self.day(month, day), *self._year(year)]

    def _year(self, year: int) -> list[str]:
        century, rest = divmod(year, 100)
        if not 1100 <= year < 2100 or 2000 <= year < 2010:
            return self.cardinal(year)
        if not rest:
            return [below_100(century), "hundred"]
        return [below_100(century), *(["oh"] * (rest < 10)), below_100(rest)]

    def time(self, hour: int, minute: int) -> list[str]:
        """ "two oh five p.m."; noon and midnight by their names, since "twelve p.m." is read both ways."""
        if not minute and hour % 12 == 0:
            return ["noon" if hour else "midnight"]
        pieces = [below_100(hour % 12 or 12)]
        if minute:
            pieces += ["oh"] * (minute < 10) + [below_100(minute)]
        return [*pieces, "p.m." if hour >= 12 else "a.m."]
