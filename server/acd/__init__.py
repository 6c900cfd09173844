"""Automatic call distribution: who of the free agents gets which of the waiting calls, and why.

What lives here [pure]: `agent` (an agent's state), `waiting_call`, `routing` (the strategies), `free_agents` and `line`
(one queue, sorted), `service_need` (which queue is short of its goal), `attendance` (who is logged in), `floor` (one
decision point over all queues). What may not live here: telephony, storage, clocks, chance; and how a call goes on
after the choice, which is `server.callflow`'s.
"""
