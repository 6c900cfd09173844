"""Line cards: processes that each hold one customer's conversation, and who makes, knows and ends them.

What lives here: `codec` (frames, shared by both ends), `options` (what bank and cards are told at their start), `bank`
(the process that forks cards), `worker` (the card itself), and the core's side: `pool` (who gets a
card, and that there are enough), `roster` (which cards there are), `reception` (how they come, speak and go), `supply`
(how many there should be), `watchdog` (which of them still live), `bank_line` (asks the bank for cards, and whether it
lives), `bank_absence`, `known_card`, `connections`.
What may not live here: rules about calls. A card obeys and reports; what happens next is decided elsewhere.
Only modules of `worker` import pjsua2; only `pool`, `waiters`, `process_watch` and `connections` import Twisted.
"""
