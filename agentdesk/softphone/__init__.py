"""The softphone: a process of its own that outlives the window (`python -m agentdesk.softphone --socket PATH`).

What lives here: pure sound arithmetic (`drift`, `tones`), frames of the socket, the pjsua2 endpoint (`endpoint`,
`bridge`), sound devices through QtMultimedia (`sound`), and the composition (`process`). What may not live here:
widgets, anything of the view model. The window speaks to it only in the words of `server.wire.softphone`.

Threads: Qt's main loop (socket, sound devices), pjsua2's event thread (every call into pjsua2), and pjsua2's own clock
thread (50 frames a second through `bridge`). They meet in queues, signals and two `DriftBuffer`s.
"""
