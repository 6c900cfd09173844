"""The spine: what happens next to this call.

`CallFlow.handle(event, now)` gives facts and commands; state changes only by applying facts, so that a new core
that reads the ledger arrives at the same state. What lives here [pure]:

- `plan`: the site, looked up the way the rules need it
- `state`: calls and agents as structs; encoded for checkpoints
- `apply`: fact -> state
- `turn`: one event's work: notes facts, collects commands
- `opening`, `overflow`, `waiting`, `announcing`, `call_back`: what a caller meets who cannot be served at once
- `arriving`, `offering`, `talking`, `transferring`, `agents`, `restart`, `deadlines`: event -> facts and commands
- `forking`: a call that rings at several agents' phones; `missing`: what an offer in vain means for the agent
- `supervising`, `messages`: what supervisors do: a leg in somebody's talk, texts to agents
- `flow`: the table from events to those, and the way in

What may not live here: anything that reads a clock, draws a number or touches a socket.
"""

from server.callflow.flow import CallFlow, Decision, RuleFault
from server.callflow.plan import Plan, Sounds

__all__ = ["CallFlow", "Decision", "Plan", "RuleFault", "Sounds"]
