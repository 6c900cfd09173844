"""Dialog scripts: read, checked and run, and the small language of their conditions.

What lives here, each from the ones before it: `expressions` (conditions and values, used by the site file as well);
`files` and `findings`; `script` (one class for each element); `loading` (XML to a `Script`); `interfaces` (classes and
services that scripts may use); `answering` (answers to values); `program` (names typed, expressions compiled);
`interpreter` (one step of a session); `ports` and `conducting` (a session with ports that answer at once); `testing`
(the tests inside a script, ports in memory); `preview` (a page for who writes a script); `cli`. This package stands
alone and is pure but for `files`, `loading.load_file`, `interfaces` and `cli`, which read files, and `preview`, which
serves a page on loopback: it knows no server, desk, database or clock; what it may see is handed to it.
What may not live here: anything that carries out what a script decides.
"""
