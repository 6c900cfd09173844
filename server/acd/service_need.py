"""How far a queue is below its service level: what decides between queues of one priority.

Each call that was answered, or was abandoned too late, is one observation: in time or not. The last 50 or so count: an
observation weighs 2 % less with each that follows. So that a few calls at the beginning of a day do not turn everything
round, the goal itself counts as ten observations more:

    level = (in_time + 10 * goal) / (observed + 10)        need = goal - level, in whole steps of 5 points, from 0

A queue at or above its goal needs nothing, and then the waiting time alone decides.
"""

import msgspec

FADING = 0.98
PRIOR = 10
STEP_POINTS = 5


class QueueMemory(msgspec.Struct, kw_only=True):
    """What is remembered of a queue. Changed only by facts."""

    last_agent: str = ""
    """Who had the last offer; empty: nobody yet."""
    observed: float = 0
    in_time: float = 0

    def observe(self, in_time: bool) -> None:
        """A call was answered, or abandoned too late."""
        self.observed = self.observed * FADING + 1
        self.in_time = self.in_time * FADING + in_time


def need(memory: QueueMemory, goal_percent: float) -> int:
    """Points by which the queue is below its goal, 0 to 100, in steps of 5."""
    level = (memory.in_time * 100 + PRIOR * goal_percent) / (memory.observed + PRIOR)
    return max(0, int((goal_percent - level + 1e-9) // STEP_POINTS) * STEP_POINTS)
