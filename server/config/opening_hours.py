"""How opening hours and holidays are written in a site file. Reads texts; knows no calendar and no clock."""

import datetime
import re

import msgspec

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_DAY = 24 * 60
HOURS_CURE = 'Write DAY or DAY-DAY and HH:MM-HH:MM, such as "mon-fri 08:00-18:00"'
HOLIDAY_CURE = 'Write a country or region ("DE", "DE-BE"), a day ("2026-12-24") or a day of every year ("12-24")'

_HOURS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)")
_REGION = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,5}))?")
_EVERY_YEAR = re.compile(r"(\d\d)-(\d\d)")


class Span(msgspec.Struct, frozen=True):
    """Open on `weekday` (0: Monday) from minute `begin` until before minute `end` of that day."""

    weekday: int
    begin: int
    end: int


def read_hours(text: str) -> list[Span]:
    """The spans that one entry of `hours` means, those after midnight on the next day. Raises `ValueError`."""
    found = _HOURS.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f'"{text[:60]}" is not a time of the week')
    first, last = found[1], found[2] or found[1]
    for day in (first, last):
        if day not in WEEKDAYS:
            raise ValueError(f'"{day}" is not a day of the week')
    begin, end = _minute(found[3], found[4]), _minute(found[5], found[6])
    if begin == end:
        raise ValueError(f'"{text[:60]}" begins when it ends')
    day, count = WEEKDAYS.index(first), (WEEKDAYS.index(last) - WEEKDAYS.index(first)) % 7 + 1
    spans = []
    for weekday in ((day + later) % 7 for later in range(count)):
        spans.append(Span(weekday, begin, end if begin < end else MINUTES_OF_DAY))
        if 0 < end < begin:
            spans.append(Span((weekday + 1) % 7, 0, end))
    return spans


def _minute(hours: str, minutes: str) -> int:
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > MINUTES_OF_DAY:
        raise ValueError(f'"{hours}:{minutes}" is not a time of day')
    return minute


class Region(msgspec.Struct, frozen=True):
    """Public holidays of a country (ISO 3166-1), or of one of its regions (ISO 3166-2 without the country)."""

    country: str
    subdivision: str = ""


class EveryYear(msgspec.Struct, frozen=True):
    """A day of every year."""

    month: int
    day: int


def read_holiday(text: str) -> Region | EveryYear | datetime.date:
    """What one entry of `holidays` means. Raises `ValueError`. Whether a region is known is not looked up here."""
    if region := _REGION.fullmatch(text.strip()):
        return Region(region[1], region[2] or "")
    if yearly := _EVERY_YEAR.fullmatch(text.strip()):
        month, day = int(yearly[1]), int(yearly[2])
        datetime.date(2000, month, day)  # a leap year: 02-29 is a day
        return EveryYear(month, day)
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f'"{text[:60]}" is not a holiday') from None


def public_holidays(region: Region) -> "dict[datetime.date, str]":
    """The days of a region, which fills itself year by year as it is asked. Raises `ValueError` for an unknown one."""
    from holidays import country_holidays  # takes a fifth of a second: only sites that name a region pay for it

    try:
        return country_holidays(region.country, subdiv=region.subdivision or None)
    except NotImplementedError:
        name = "-".join(part for part in (region.country, region.subdivision) if part)
        raise ValueError(f'there is no list of holidays for "{name}"') from None
