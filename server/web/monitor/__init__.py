"""The status page for supervisors.

What lives here: `pages` (page, script and style as files), `feed` (the WebSocket that tells what happens now),
`static/` (the files themselves: no others are loaded, from nowhere else). What may not live here: figures of their own
making; the page shows what the API shows.
"""
