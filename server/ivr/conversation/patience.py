"""How long is waited for an answer, and when the caller is not there: by the question, the script, or as we always do.

A question's `timeout` is the time after it in which nothing was keyed: a `noinput`. A script's `timeout` is all the
time in which the caller could have keyed and did not, since the last key or the beginning: the event `timeout`.
"""

from typing import Final

from server.call.dialogs import DialogView

ANSWER_SECONDS: Final = 5.0
"""So long after a question nothing was keyed, where the script does not say how long."""
SHORTEST_ANSWER_SECONDS: Final = 1.0
LONGEST_ANSWER_SECONDS: Final = 60.0
"""A shorter time leaves nobody a chance, a longer one keeps a line for nobody: such a `timeout` is taken as this."""
TIMES_SILENT: Final = 6
"""So often in a row nothing was keyed: the caller is not there, where the script does not say how long."""
LEAST_TIMES_SILENT: Final = 2
"""However short the script's own time is, its questions are put so often: nobody is hung up after one of them."""
LONGEST_SILENCE_SECONDS: Final = 600.0
"""A longer `timeout` of a script is taken as this."""


def answer_seconds(view: DialogView, silent: int, silent_seconds: float) -> float:
    """How long is waited after the question that is asked. `silent`, `silent_seconds`: how often and how long nothing
    was keyed before."""
    item = view.ask.items[0] if view.ask is not None and view.ask.items else None
    wanted = item.timeout_seconds if item is not None else None
    seconds = ANSWER_SECONDS if wanted is None else wanted
    if view.silence_seconds is not None and silent + 1 >= LEAST_TIMES_SILENT:
        seconds = min(seconds, min(view.silence_seconds, LONGEST_SILENCE_SECONDS) - silent_seconds)
    return max(SHORTEST_ANSWER_SECONDS, min(seconds, LONGEST_ANSWER_SECONDS))


def is_over(view: DialogView, silent: int, silent_seconds: float) -> bool:
    """Whether nothing was keyed so often, or for so long, that the caller is taken as gone."""
    if view.silence_seconds is None:
        return silent >= TIMES_SILENT
    longest = min(view.silence_seconds, LONGEST_SILENCE_SECONDS)
    return silent >= LEAST_TIMES_SILENT and silent_seconds >= longest
