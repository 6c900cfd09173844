"""What a language must tell for values to be read back in it."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


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

    def money(self, units: int, hundredths: int, unit: Noun, hundredth: Noun) -> list[str]:
        """An amount that is not negative."""
        ...
