"""The desk's view model: what the agent sees and what follows from what the agent does.

What lives here: rules in pure code. `Desk` takes messages of the server, of the softphone and of the link, and the
agent's actions, each with `now` (monotonic seconds), and returns effects; `Desk.view(now)` is all that a window shows.
What may not live here: Qt, sockets, files, clocks, threads, chance.
"""

from agentdesk.desk.desk import Desk

__all__ = ["Desk"]
