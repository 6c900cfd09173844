"""Statistics of scripts: ways, drop-off, time for each node, outcomes for each version. Pure.

    counts = counted(traces, inside_of(script))         # what can be added up: one `Tally` for each version and channel
    figures = figures_of(counts.chosen(version="2"), now)
    picture = as_svg(laid_out(picture_of(program)), heat_of(figures, "2"))

What lives here, each from the ones before it: `words` (how a session went), `tally` (sessions counted, one by one or in
parts), `figures` (what people read), `comparing` (two versions).
What may not live here: where the sessions are kept, answers of anybody, charts.
"""

from scriptengine.statistics.comparing import Compared, compared
from scriptengine.statistics.figures import (
    Figures,
    NodeFigures,
    OutcomeFigures,
    PathFigures,
    VersionFigures,
    WayFigures,
    figures_of,
    heat_of,
    version_figures,
)
from scriptengine.statistics.tally import Counts, Tally, counted, inside_of
from scriptengine.statistics.words import SessionTrace

__all__ = [
    "Compared", "Counts", "Figures", "NodeFigures", "OutcomeFigures", "PathFigures", "SessionTrace", "Tally",
    "VersionFigures", "WayFigures", "compared", "counted", "figures_of", "heat_of", "inside_of", "version_figures",
]  # fmt: skip
