"""Durations and dates as an agent reads them (pure; the zone and both moments are handed in)."""

from datetime import UTC, datetime, timedelta, tzinfo

from agentdesk.words import QT_TR_NOOP, Words

MONTHS = (
    QT_TR_NOOP("Jan"),
    QT_TR_NOOP("Feb"),
    QT_TR_NOOP("Mar"),
    QT_TR_NOOP("Apr"),
    QT_TR_NOOP("May"),
    QT_TR_NOOP("Jun"),
    QT_TR_NOOP("Jul"),
    QT_TR_NOOP("Aug"),
    QT_TR_NOOP("Sep"),
    QT_TR_NOOP("Oct"),
    QT_TR_NOOP("Nov"),
    QT_TR_NOOP("Dec"),
)


def clock(seconds: float) -> str:
    """`MM:SS`, from an hour on `H:MM:SS`; a negative duration (clocks that differ a little) is 00:00."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def countdown(seconds: float) -> str:
    """As `clock`, rounded up: 00:00 is shown only when the time is over."""
    return clock(-(-seconds // 1))


def when(at: float, now: float, zone: tzinfo, words: Words) -> str:
    """`today 09:12`, `yesterday 17:40`, `12 Nov`, `12 Nov 2024`; both moments in seconds since 1970 (UTC)."""
    moment, today = (datetime.fromtimestamp(second, UTC).astimezone(zone) for second in (at, now))
    time_of_day = f"{moment:%H:%M}"
    if moment.date() == today.date():
        return words.tr("today {time}", time=time_of_day)
    if moment.date() == (today - timedelta(days=1)).date():
        return words.tr("yesterday {time}", time=time_of_day)
    month = words.tr(MONTHS[moment.month - 1])
    if moment.year == today.year:
        return words.tr("{day} {month}", day=moment.day, month=month)
    return words.tr("{day} {month} {year}", day=moment.day, month=month, year=moment.year)
