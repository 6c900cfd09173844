"""What a language must tell for values to be read back in it."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol


class Gender(Enum):
    """Of the thing that is counted: "duas horas", "dois reais", "eine Krone", "ein Euro"."""

    NONE = "none"
    """Nothing is counted: the number stands alone ("eins", "uno")."""
    MASCULINE = "masculine"
    """Neuter things count like masculine ones in German."""
    FEMININE = "feminine"


@dataclass(frozen=True)
class Noun:
    """A counted thing: a currency, its hundredth, an hour."""

    one: str
    many: str
    gender: Gender = Gender.MASCULINE

    def counted(self, number: int) -> str:
        """Its form after a number."""
        return self.one if number == 1 else self.many


@dataclass(frozen=True)
class Words:
    """The fixed words of a language."""

    minus: str
    plus: str
    point: str
    """Between a number and its decimals."""
    months: tuple[str, ...]
    """January first."""
    currencies: dict[str, tuple[Noun, Noun]]
    """By ISO 4217 code: the unit and its hundredth."""
    letters: str
    """Letters beyond a to z that have a name of their own."""
    signs: dict[str, str]
    """Names of `@ . - _ /` and the space."""
    other_sign: str
    """For a sign without a name."""
    joint: str
    """Between an amount's units and its hundredths."""
    of_millions: str = ""
    """Before the unit of full millions ("um milhão de reais"); empty: nothing."""


DOLLARS: Final = ("USD", "CAD", "AUD", "NZD")
PESOS: Final = ("ARS", "CLP", "COP", "MXN", "UYU")
"""Each is said as people say it at home: without the country."""


def listed(words: str) -> tuple[str, ...]:
    """Words that stand between spaces, one by one."""
    return tuple(words.split())


class Tongue(Protocol):
    """Rules of one language. Every piece that a method gives is in `pieces`."""

    words: Words

    def cardinal(self, number: int, gender: Gender = Gender.NONE, /) -> list[str]:
        """A whole number from 0 to 999,999,999."""
        ...

    def pieces(self) -> set[str]:
        """Every piece that numbers, dates, times and amounts are made of."""
        ...

    def day(self, month: int, day: int) -> list[str]:
        """A day of this year."""
        ...

    def date(self, year: int, month: int, day: int) -> list[str]:
        """A day of the calendar."""
        ...

    def time(self, hour: int, minute: int) -> list[str]:
        """A time of day."""
        ...


def amount(tongue: Tongue, units: int, hundredths: int, unit: Noun, hundredth: Noun) -> list[str]:
    """An amount that is not negative: "twelve euros and five cents"; what there is none of is not said."""
    words, pieces = tongue.words, list[str]()
    if units or not hundredths:
        pieces += tongue.cardinal(units, unit.gender)
        pieces += [words.of_millions] * bool(words.of_millions and units and units % 1_000_000 == 0)
        pieces.append(unit.counted(units))
    if hundredths:
        pieces += [words.joint] * bool(pieces)
        pieces += [*tongue.cardinal(hundredths, hundredth.gender), hundredth.counted(hundredths)]
    return pieces
