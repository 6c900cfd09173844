"""[pure] Numbers, dates, times, money and letters as people say them: English, Portuguese, German, Spanish.

Nothing is synthesised during a call, so a value is read back in pieces of a closed vocabulary: `read_back` gives the
pieces of one value, `vocabulary` every piece that a language can ask for, so that all of them can be spoken and checked
when scripts are published. One module for each language holds its rules and words (`english`, `portuguese`, `german`,
`spanish`), `tongue` the words that they share, `reading` the forms of value.

What may not live here: sound (`server.speech`), scripts, sessions.
"""

from server.ivr.spoken.reading import KINDS, PAUSE, Unspeakable, has_currency, moment, read_back, speaks, vocabulary

__all__ = ["KINDS", "PAUSE", "Unspeakable", "has_currency", "moment", "read_back", "speaks", "vocabulary"]
