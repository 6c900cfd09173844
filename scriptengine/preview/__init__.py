"""`caruso script preview`: a script as a page in the browser of whoever writes it, new at each save.

What lives here, each from the ones before it: `rehearsing` (one list of answers, played on desk, web and phone),
`surfaces` (how each of them looks, as HTML), `editions` (the script as it was saved, its picture and findings),
`watching` (is it saved anew?), `serving` (the page on loopback) and `static/` (the page's own files).
What may not live here: a server for others than the one person at this machine; anything that sends a mail or calls a
service: answers of services are those that are given.
Unlike the rest of the engine this package listens on a socket and runs threads.
"""
