"""Spanish."""

from server.ivr.spoken.tongue import DOLLARS, PESOS, Gender, Noun, Words, listed

_SMALL = listed(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_TENS = listed("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_HUNDREDS = listed(
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
_MONTHS = listed("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
_ONE = {Gender.NONE: "uno", Gender.MASCULINE: "un", Gender.FEMININE: "una"}
_TWENTY_ONE = {Gender.NONE: "veintiuno", Gender.MASCULINE: "veintiún", Gender.FEMININE: "veintiuna"}
_HOUR = Noun("hora", "horas", Gender.FEMININE)
_MINUTE = Noun("minuto", "minutos")
_CENT = Noun("céntimo", "céntimos")
_CENTAVO = Noun("centavo", "centavos")

WORDS = Words(
    minus="menos",
    plus="más",
    point="coma",
    months=_MONTHS,
    currencies={
        "EUR": (Noun("euro", "euros"), _CENT),
        **dict.fromkeys(DOLLARS, (Noun("dólar", "dólares"), _CENTAVO)),
        **dict.fromkeys(PESOS, (Noun("peso", "pesos"), _CENTAVO)),
        "BRL": (Noun("real", "reales"), _CENTAVO),
        "GBP": (Noun("libra", "libras", Gender.FEMININE), Noun("penique", "peniques")),
        "CHF": (Noun("franco", "francos"), _CENT),
    },
    letters="ñáéíóúü",
    signs={"@": "arroba", ".": "punto", "-": "guion", "_": "guion bajo", "/": "barra", " ": "espacio"},
    other_sign="signo",
    joint="con",
    of_millions="de",
)


def below_100(number: int, gender: Gender) -> str:
    """The word for 0 to 99; 1 is "un" before masculine things, "una" before feminine ones."""
    if number == 21:
        return _TWENTY_ONE[gender]
    if number < 30:
        return _ONE[gender] if number == 1 else _SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 3] + (f" y {below_100(ones, gender)}" if ones else "")


class Spanish:
    """Rules of the language."""

    words = WORDS

    def cardinal(self, number: int, gender: Gender = Gender.NONE, /) -> list[str]:
        """ "mil", "doscientos", "cinco"."""
        millions, rest = divmod(number, 1_000_000)
        thousands, ones = divmod(rest, 1_000)
        counted = Gender.MASCULINE if gender is Gender.NONE else gender  # "veintiún mil euros", "veintiuna mil libras"
        pieces: list[str] = []
        if millions:
            pieces += [*self._below_1000(millions, Gender.MASCULINE), "millón" if millions == 1 else "millones"]
        if thousands:
            pieces += [*([] if thousands == 1 else self._below_1000(thousands, counted)), "mil"]
        if ones or not pieces:
            pieces += self._below_1000(ones, gender)
        return pieces

    def _below_1000(self, number: int, gender: Gender) -> list[str]:
        hundreds, rest = divmod(number, 100)
        if number == 100:
            return ["cien"]
        pieces = [self._hundred(hundreds, gender)] * bool(hundreds)
        return pieces + [below_100(rest, gender)] * bool(rest or not pieces)

    def _hundred(self, hundreds: int, gender: Gender) -> str:
        word = _HUNDREDS[hundreds - 1]
        return word[:-2] + "as" if gender is Gender.FEMININE and hundreds > 1 else word

    def pieces(self) -> set[str]:
        """0 to 99 in each gender, hundreds in both, and the words between."""
        pieces = {below_100(number, gender) for number in range(100) for gender in Gender} | set(_MONTHS)
        pieces |= {self._hundred(hundred, gender) for hundred in range(1, 10) for gender in Gender}
        pieces |= {noun for counted in (_HOUR, _MINUTE) for noun in (counted.one, counted.many)}
        return pieces | {"cien", "mil", "millón", "millones", "y", "con", "de", "primero"}

    def day(self, month: int, day: int) -> list[str]:
        """ "tres de marzo"; the first day is "primero"."""
        return ["primero" if day == 1 else below_100(day, Gender.NONE), "de", _MONTHS[month - 1]]

    def date(self, year: int, month: int, day: int) -> list[str]:
        """ "tres de marzo de dos mil veintiséis"."""
        return [*self.day(month, day), "de", *self.cardinal(year)]

    def time(self, hour: int, minute: int) -> list[str]:
        """ "una hora y cinco minutos"."""
        pieces = [below_100(hour, Gender.FEMININE), _HOUR.counted(hour)]
        if minute:
            pieces += ["y", below_100(minute, Gender.MASCULINE), _MINUTE.counted(minute)]
        return pieces
