"""Reading a script: octets in, a frozen `Script` out, or a `LoadError` with every finding.

The way of a script: `decoding` (octets to text), `tags` (expat: places, and what is refused outright), `load` (lxml:
validated against `dtd/dialog.dtd`), `invalid` (what is not valid, in words for people), `building` and `whole` (tags to
objects). All of it takes a hostile file for granted: it is small or refused, shallow or refused, and nothing that it
names is ever opened.

Findings: L01 cannot be read, too large, empty; L02 encoding; L03 not XML; L04 document type or entity; L05 processing
instruction; L06 too deep, too many; L07 unknown element; L08 element at a wrong place or missing; L09 unknown
attribute; L10 attribute missing; L11 attribute's value; L12 id twice; L13 reference to nothing, or to the wrong kind;
L14 no number; L15 another version of the language; L16 name declared twice; L19 anything else that the DTD forbids.

What may not live here: what a script means (`interpreter`) and whether it makes sense (`checks`).
"""

from scriptengine.findings import Finding, LoadError
from scriptengine.loading.grammar import folder as dtd_folder
from scriptengine.loading.load import load, load_file, octets_of

__all__ = ["Finding", "LoadError", "dtd_folder", "load", "load_file", "octets_of"]
