"""The spine: what happens next to this call.

`CallFlow.handle(event, now)` gives facts and commands; state changes only by applying facts, so that a new core
that reads the ledger arrives at the same state. What lives here [pure]:

- `plan`: the site, looked up the way the rules need it
- `state`: calls and agents as structs; encoded for checkpoints
- `applying`: fact -> state
- `turn`: one event's work: notes facts, collects commands
- `opening`, `overflow`, `removed`, `waiting`, `announcing`, `call_back`: what a caller meets who cannot be served at
  once
- `arriving`, `offering`, `talking`, `transferring`, `agents`: event -> facts and commands
- `in_dialog`, `dialog_calls`, `survey_calls`, `in_mailbox`, `mailbox_calls`, `message_tasks`: callers with a script or
  a mailbox, and messages as tasks
- `beginning`, `restart`: a core begins, and the cards come back; `sweep`: a state that contradicts them
- `card_events`, `deadlines`: from what a card says, and from a time that has come, to the rule
- `forking`: a call that rings at several agents' phones; `missing`: what an offer in vain means for the agent
- `supervising`, `messages`: what supervisors do: a leg in somebody's talk, texts to agents
- `flow`: the table from events to those, and the way in; `views`, `snapshots`, `explaining`: what others see

What may not live here: anything that reads a clock, draws a number or touches a socket.
"""

from server.callflow.flow import CallFlow, Decision, RuleFault
from server.callflow.plan import Plan, Sounds

__all__ = ["CallFlow", "Decision", "Plan", "RuleFault", "Sounds"]
