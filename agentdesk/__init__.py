"""The agent's desk: a Qt window and a softphone process.

What lives here: `desk` (the view model, pure: knows no Qt), `link` (WebSocket and HTTP), `widgets/`, `softphone/`
(a process of its own that outlives the window), `app`. It knows of the server only `server.wire`.
"""
