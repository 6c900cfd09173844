"""How long a report takes: of one day and of all days, from a ledger of many days, folded whole and from its parts.

A simulated day of eight hours is written again and again, each time a day later and with other calls.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1] / "simulator"))
sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))
from filled import URL, fill
from varied_day import ZONE, VariedDay

from server.call.facts import Entry
from server.call.now import Now
from server.records.figure_book import FigureBook
from server.records.summary import Terms
from server.reports.definition import load_report
from server.reports.table import Asked, Table, figures_table
from server.storage.archive import Archive
from server.storage.reporting import report_table
from tests.bench.say import figure, progress

DAYS = 20
DAY_SECONDS = 86_400.0
TARGET_SECONDS = 1.0
MOMENTS = ("joined_mono", "joined_at", "began_mono", "began_at")


def reports_from_parts(folder: Path) -> None:
    """The first report folds the ledger and keeps its parts; the next ones read them and what came after."""
    day = VariedDay(7, hours=8)
    progress(f"writing {DAYS} days of {len(day.entries)} entries ...")
    entries = list(_days(day.entries))
    fill(folder, entries)
    terms = Terms.of(day.site, ZONE)
    now = entries[-1].at
    last_day = Asked(start=day.start.wall + (DAYS - 1) * DAY_SECONDS, end=now.wall + 1)
    all_days = Asked(start=day.start.wall, end=now.wall + 1, interval_seconds=86_400)

    began = time.perf_counter()
    book = FigureBook(ZONE, terms.service_seconds)
    archive = Archive(URL, folder)
    book.take(archive.entries())
    whole = figures_table(load_report("calls", None), book.cells_at(now), terms, last_day)
    seconds = {"whole": time.perf_counter() - began}

    def timed(name: str, asked: Asked) -> Table:
        began = time.perf_counter()
        table = report_table(archive, load_report("calls", None), terms, asked, now)
        seconds[name] = time.perf_counter() - began
        return table

    timed("first", last_day)
    told = timed("day", last_day)
    timed("all_days", all_days)
    archive.close()
    if told != whole:
        raise AssertionError("the report from the parts is not that of the whole ledger")
    figure(
        "report_of_a_day_seconds",
        value=round(seconds["day"], 3),
        target=TARGET_SECONDS,
        entries=len(entries),
        days=DAYS,
        folding_the_whole_ledger_seconds=round(seconds["whole"], 3),
        first_report_seconds=round(seconds["first"], 3),
        report_of_all_days_seconds=round(seconds["all_days"], 3),
        times_faster=round(seconds["whole"] / seconds["day"], 1),
    )


def _days(entries: list[Entry]) -> Iterator[Entry]:
    position = 0
    for number in range(DAYS):
        shift = number * DAY_SECONDS
        for entry in entries:
            position += 1
            changes: dict[str, object] = {
                name: getattr(entry.fact, name) + shift for name in MOMENTS if hasattr(entry.fact, name)
            }
            if call := getattr(entry.fact, "call", ""):
                changes["call"] = f"d{number}-{call}"
            fact = msgspec.structs.replace(entry.fact, **changes)
            yield Entry(position=position, at=Now(entry.at.wall + shift, entry.at.mono + shift), fact=fact)
