"""Portuguese as it is spoken in Brazil."""

from server.ivr.spoken.tongue import DOLLARS, PESOS, Gender, Noun, Words, listed

_SMALL = listed(
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito "
    "dezenove"
)
_TENS = listed("vinte trinta quarenta cinquenta sessenta setenta oitenta noventa")
_HUNDREDS = listed("cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos")
_MONTHS = listed("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro")
_FEMININE = {1: "uma", 2: "duas"}
_HOUR = Noun("hora", "horas", Gender.FEMININE)
_MINUTE = Noun("minuto", "minutos")
_CENT = Noun("centavo", "centavos")

WORDS = Words(
    minus="menos",
    plus="mais",
    point="vírgula",
    months=_MONTHS,
    currencies={
        "EUR": (Noun("euro", "euros"), _CENT),
        **dict.fromkeys(DOLLARS, (Noun("dólar", "dólares"), _CENT)),
        **dict.fromkeys(PESOS, (Noun("peso", "pesos"), _CENT)),
        "BRL": (Noun("real", "reais"), _CENT),
        "GBP": (Noun("libra", "libras", Gender.FEMININE), Noun("pêni", "pence")),
        "CHF": (Noun("franco", "francos"), _CENT),
    },
    letters="çáàâãéêíóôõúü",
    signs={"@": "arroba", ".": "ponto", "-": "hífen", "_": "sublinhado", "/": "barra", " ": "espaço"},
    other_sign="sinal",
    joint="e",
    of_millions="de",
)


def below_100(number: int, gender: Gender) -> str:
    """The word for 0 to 99."""
    tens, ones = divmod(number, 10) if number >= 20 else (0, number)
    word = _FEMININE[ones] if gender is Gender.FEMININE and ones in _FEMININE else _SMALL[ones]
    if not tens:
        return word
    return _TENS[tens - 2] + (f" e {word}" if ones else "")


class Portuguese:
    """Rules of the language."""

    words = WORDS

    def cardinal(self, number: int, gender: Gender = Gender.NONE, /) -> list[str]:
        """ "mil", "duzentos e", "cinco"; "e" before the last group if it is below 100 or full hundreds."""
        millions, rest = divmod(number, 1_000_000)
        thousands, ones = divmod(rest, 1_000)
        groups: list[tuple[int, list[str]]] = []
        if millions:
            name = "milhão" if millions == 1 else "milhões"
            groups.append((millions, [*self._below_1000(millions, Gender.MASCULINE), name]))
        if thousands:
            count = [] if thousands == 1 else self._below_1000(thousands, gender)
            groups.append((thousands, [*count, "mil"]))
        if ones or not groups:
            groups.append((ones, self._below_1000(ones, gender)))
        pieces: list[str] = []
        for index, (size, words) in enumerate(groups):
            last = index == len(groups) - 1
            pieces += ["e"] * bool(pieces and last and (size < 100 or size % 100 == 0)) + words
        return pieces

    def _below_1000(self, number: int, gender: Gender) -> list[str]:
        hundreds, rest = divmod(number, 100)
        if not hundreds:
            return [below_100(rest, gender)]
        if number == 100:
            return ["cem"]
        word = self._hundred(hundreds, gender)
        return [f"{word} e", below_100(rest, gender)] if rest else [word]

    def _hundred(self, hundreds: int, gender: Gender) -> str:
        word = _HUNDREDS[hundreds - 1]
        return word[:-2] + "as" if gender is Gender.FEMININE and hundreds > 1 else word

    def pieces(self) -> set[str]:
        """0 to 99 and hundreds in both genders, with and without "e", and the words between."""
        genders = (Gender.MASCULINE, Gender.FEMININE)
        pieces = {below_100(number, gender) for number in range(100) for gender in genders} | set(_MONTHS)
        hundreds = {self._hundred(hundred, gender) for hundred in range(1, 10) for gender in genders}
        pieces |= hundreds | {f"{word} e" for word in hundreds}
        pieces |= {noun for counted in (_HOUR, _MINUTE) for noun in (counted.one, counted.many)}
        return pieces | {"cem", "mil", "milhão", "milhões", "e", "de", "primeiro"}

    def day(self, month: int, day: int) -> list[str]:
        """ "três de março"; the first day is "primeiro"."""
        return ["primeiro" if day == 1 else below_100(day, Gender.MASCULINE), "de", _MONTHS[month - 1]]

    def date(self, year: int, month: int, day: int) -> list[str]:
        """ "três de março de dois mil e vinte e seis"."""
        return [*self.day(month, day), "de", *self.cardinal(year)]

    def time(self, hour: int, minute: int) -> list[str]:
        """ "duas horas e um minuto"."""
        pieces = [below_100(hour, Gender.FEMININE), _HOUR.one if hour in (0, 1) else _HOUR.many]
        if minute:
            pieces += ["e", below_100(minute, Gender.MASCULINE), _MINUTE.counted(minute)]
        return pieces
