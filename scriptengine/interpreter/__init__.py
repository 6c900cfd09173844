"""The interpreter: `step(program, state, event, now) -> (state, effects)`, pure.

    program = prepare(load_file(path))                       # scriptengine.loading, scriptengine.program
    state, effects = step(program, start(program), Begin("session-1", "desk"), now)
    state, effects = step(program, state, Answered({"cause": "street"}), now)
    octets = encode_state(state)                             # JSON; decode_state reads it

Rules that are not in the DTD:

- The order is the document's. Of the ways (`go`) of a node the first that holds is taken, of a choice's own and the
  question's the choice's. A node whose condition does not hold, or that is not for the channel, is passed as if it were
  not there.
- An info does not wait: it is presented with the next question. With labelled ways it waits; they are buttons. On a
  question a labelled way is a button too, on the phone labels do not exist.
- A group whose nodes are only questions and infos without ways is presented as a page on screens, and one after the
  other on the phone. `foreach` and `repeat` begin each round with its questions unanswered.
- An action `now` is awaited (`Perform`, then `Done` or `Failed`). While it is not there the event is not applied; with
  the result it is applied again from the same state. `commit` is done when an `end` of the session's own script is
  reached, before its text; `end` after it, or when the session is closed without an end.
- An action's id is made of the session, its place, how often it was reached on this path, and what it is given. Going
  back runs the path again, and results are found by id: an action is done again only if it is another one, or if it has
  failed and is idempotent.
- Going back takes back what came at the last other stop and since; language and channel stay. Answers that are off the
  path are kept as inactive: suggested when their question comes again, not told by `answers_of`.

What lives here: `events`, `effects`, `state` (the words), `step`, `replying` (events: `giving`, `happening`,
`resting`), `walking` (nodes), `asking` (one question), `acting` (actions), `work` (the mutable session inside a
step), `presenting`, `rendering`, `formatting`, `crumbs` (the way that was come, places to jump to).
What may not live here: I/O, clocks, chance; anything about how a surface looks.
"""

from scriptengine.interpreter.crumbs import Trace, places_of, traces_of
from scriptengine.interpreter.effects import (
    Ask,
    Button,
    Effect,
    Ended,
    Item,
    Logged,
    Notice,
    Option,
    Passed,
    Perform,
    Piece,
    Rested,
    Said,
    Speech,
    Spoken,
    Trodden,
)
from scriptengine.interpreter.events import (
    Answered,
    Back,
    Begin,
    Chosen,
    Closed,
    Confirmed,
    Continued,
    Done,
    Event,
    Failed,
    Happened,
    Jumped,
    Keyed,
    LanguageChosen,
    Left,
    NoInput,
    NoMatch,
    Resumed,
)
from scriptengine.interpreter.rendering import plain
from scriptengine.interpreter.state import (
    FORMAT,
    Answer,
    Core,
    Recorded,
    State,
    StateError,
    Stop,
    decode_state,
    decode_words,
    encode_state,
    encode_words,
)
from scriptengine.interpreter.step import answers_of, journal_for_reading, present, start, step, stops_of

__all__ = [
    "FORMAT", "Answer", "Answered", "Ask", "Back", "Begin", "Button", "Chosen", "Closed", "Confirmed", "Continued",
    "Core", "Done", "Effect", "Ended", "Event", "Failed", "Happened", "Item", "Jumped", "Keyed", "LanguageChosen",
    "Left", "Logged", "NoInput", "NoMatch", "Notice", "Option", "Passed", "Perform", "Piece", "Recorded", "Rested",
    "Resumed", "Said", "Speech", "Spoken", "State", "StateError", "Stop", "Trace", "Trodden", "answers_of",
    "decode_state", "decode_words", "encode_state", "encode_words", "journal_for_reading", "places_of", "plain",
    "present", "start", "step", "stops_of", "traces_of",
]  # fmt: skip
