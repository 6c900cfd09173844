"""Dialog scripts as pages: self-service without an agent.

What lives here: `service` (what each address does), `visiting` (sessions, tokens and links), `replies` (a form to an
event of the session), `pages`, `controls` and `frame` (what is shown), `words` (the frame's own words), `forms`,
`numbers`, `limits`, `tokens`, `uploads` (also those of agents) and `forgetting` them, `hand_over` (a call-back for who
wants a person), `resting` (who went away).
What may not live here: what a script decides (`scriptengine`), where sessions are kept (`server.dialogs`), rules of
calls. Nothing that a script has for agents only is told here: pages are made from what the engine says for the channel
`web`, and from nothing else.
"""
