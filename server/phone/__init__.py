"""The scriptable test phone: a real SIP phone without loudspeaker, driven by commands (`caruso phone ...`).

What lives here: `words` (the phone's commands and events, JSON lines), `endpoint`, `calls` and `sound` (pjsua2),
`station` (carries commands out), `errands` and `main` (the command line), `driver` (a phone in a process of its own,
for tests and the demo), `hearing` (measures what was heard; pure numpy).
One phone is one process with at most 4 calls (a limit of the stock build of pjsua2). It has one microphone and one ear;
a call may be given its own. What may not live here: anything of the server. `driver`, `words`, `hearing` and this
package itself do not import pjsua2: `caruso phone` is `server.phone.main.main(argv)`.
"""
