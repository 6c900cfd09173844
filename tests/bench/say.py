"""How figures and progress are told: figures as JSON lines on standard output, progress on standard error."""

import json
import math
import sys
from collections.abc import Sequence


def figure(name: str, **values: object) -> None:
    """One figure with everything that is needed to understand it."""
    print(json.dumps({"figure": name, **values}), flush=True)


def progress(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
