"""The floor in simulated time: the rules of `server.callflow` against made-up or recorded callers; Erlang's formulas.

What lives here: `erlang` (formulas), `arrivals` (callers and their chance), `floor_run` with `lines` (a clock,
cards that do as they are told, the rules), `staffing` (a site made fit for it), `invariants`, `study` (figures of a
run), `replay` (a recorded ledger through the rules) with `known` (what its facts tell so far), `traces` (from a
fact to what caused it) and `coming_back`
(cards after a restart).
What may not live here: rules of distribution, which are the real ones; I/O.
"""
