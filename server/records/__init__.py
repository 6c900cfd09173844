"""Facts folded into records and figures.

What lives here: `call_record` (one call), `call_fold` and `call_so_far` (how it comes about), `agent_day` (one agent's
day), `contact` (a call as a line of the customer's history), `book` (all that is open now, folded entry by entry),
`instants` (how moments and durations are written).
The same code makes what the monitor shows and what the reports show. What may not live here: I/O, clocks, rules.
"""
