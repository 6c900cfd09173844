"""A picture of a script: what is asked, and where each answer leads.

What lives here: `picture` (a script as boxes and arrows with their words), `layout` (where they go: `graphlay`, and
nothing else here knows it), `svg` (how it looks), `words` (what it says of its own).
What may not live here: files, the command line, what is right or wrong about a script.
"""

from scriptengine.drawing.heat import Heat, HeatError, read_heat
from scriptengine.drawing.layout import laid_out
from scriptengine.drawing.picture import Picture, picture_of
from scriptengine.drawing.svg import as_svg
from scriptengine.drawing.words import words_in

__all__ = ["Heat", "HeatError", "Picture", "as_svg", "laid_out", "picture_of", "read_heat", "words_in"]
