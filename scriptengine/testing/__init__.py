"""The tests inside a script: `run_cases(program)` gives what came of each, and what they have passed.

What lives here: `cases` (running them), `givens` (what may be given), `coverage`, `memory` (ports that need no world).
What may not live here: checks of a script that is not run.
"""

from scriptengine.testing.cases import CaseResult, run_case, run_cases
from scriptengine.testing.coverage import Coverage
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock

__all__ = ["CaseResult", "Coverage", "MemoryObjects", "MemoryServices", "SetClock", "run_case", "run_cases"]
