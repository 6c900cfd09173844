"""Dialog scripts and the small language of their conditions.

What lives here: `expressions` (conditions and values, used by the site file as well). This package stands alone and is
pure: it knows no server, no desk, no socket, no database and no clock; what an expression may see is handed to it.
What may not live here: anything that carries out what a script or an expression decides.
"""
