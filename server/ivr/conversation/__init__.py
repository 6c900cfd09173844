"""[pure] A session of a dialog script on the telephone: `step(talk, event, now) -> (talk, actions)`.

    talk, actions = begin(now)                      # the caller's leg has media, the session is asked for
    talk, actions = step(talk, Shown(view), now)    # say the question
    talk, actions = step(talk, Digit("1"), now)     # it is answered: Take(Keyed("1"))

What lives here: `words` (what happens, what is to be done, parts of speech), `talk` (which step follows from what),
`standing` (where a conversation is), `opening`, `choosing`, `asking`, `waiting`, `finishing` (the steps), `keys` (which
keys are an answer), `patience` (how long is waited), `wording` (a question as parts of speech), `utterance` (a text as
it is spoken), `phrases` (our own words in four languages). `now` is `Now.mono` seconds.

What may not live here: sound and files, the script's own rules (`scriptengine`), who keeps sessions (`Dialogs`).
"""

from server.ivr.conversation.opening import keys_left
from server.ivr.conversation.phrases import LANGUAGES, house_texts, phrase
from server.ivr.conversation.standing import Talk
from server.ivr.conversation.talk import begin, step
from server.ivr.conversation.wording import everything
from server.ivr.conversation.words import (
    AnyAction,
    AnyEvent,
    AnyPart,
    Digit,
    Failed,
    HangUp,
    HungUp,
    Hush,
    Leave,
    Music,
    Pause,
    Played,
    Recording,
    Say,
    Shown,
    Take,
    Tick,
    Wake,
    Woken,
    Words,
    texts_in,
)

__all__ = [
    "LANGUAGES", "AnyAction", "AnyEvent", "AnyPart", "Digit", "Failed", "HangUp", "HungUp", "Hush", "Leave", "Music",
    "Pause", "Played", "Recording", "Say", "Shown", "Take", "Talk", "Tick", "Wake", "Woken", "Words", "begin",
    "everything", "house_texts", "keys_left", "phrase", "step", "texts_in",
]  # fmt: skip
