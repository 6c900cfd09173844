"""What stands on each page, as nodes: the list, the beginning, a step, the end, what comes between."""

from collections.abc import Sequence
from typing import Any

import msgspec
from twisted.web.template import Tag, tags

from scriptengine.interpreter import Ask, plain
from scriptengine.interpreter.effects import Button, Item, Said
from scriptengine.interpreter.formatting import MASK, shown
from server.call.dialogs import DialogView, ScriptView
from server.web.dialogs import controls
from server.web.dialogs.frame import Around, Nodes, button, form
from server.web.dialogs.words import Words


def listing(scripts: Sequence[ScriptView], around: Around) -> Nodes:
    """All scripts that are on the web."""
    words = around.words
    if not scripts:
        return [tags.h1(around.house), tags.p(words("nothing"))]
    made = [
        tags.li(tags.a(title_in(script, around.language), href=f"/dialogs/{script.id}?lang={around.language}"))
        for script in scripts
    ]
    return [tags.h1(words("choose")), tags.ul(*made, class_="scripts")]


def title_in(script: ScriptView, language: str) -> str:
    """The script's title in a language, or in its first one."""
    main = language.partition("-")[0]
    same = [title for one, title in script.titles.items() if one.partition("-")[0] == main]
    return script.titles.get(language) or next(iter(same or script.titles.values()), script.id)


def beginning(title: str, around: Around, *, is_personal: bool = False, is_later: bool = False) -> Nodes:
    """Before a session begins or goes on: nothing is done by just following a link."""
    words = around.words
    note = words("private-note") if is_personal else "" if is_later else words("begin-note")
    label = words("go-on") if is_later else words("begin")
    return [
        tags.h1(title),
        tags.p(words("rested-text") if is_later else note),
        form(around, tags.p(button(label, "begin"), class_="ways")),
    ]


def notice(title: str, text: str, link: tuple[str, str] | None = None) -> Nodes:
    """A page that only tells something. `link`: its address and its words."""
    way = [tags.p(tags.a(link[1], href=link[0], class_="button"), class_="ways")] if link is not None else []
    return [tags.h1(title), tags.p(text), *way]


def notice_below(text: str) -> Nodes:
    """A sentence below what is there."""
    return [tags.p(text, class_="told", role="status")]


# -- a step -----------------------------------------------------------------------------------------------------------


def step(
    view: DialogView,
    ask: Ask,
    around: Around,
    *,
    asides: Sequence[str] = (),
    entered: dict[str, list[str]] | None = None,
    problems: dict[str, str] | None = None,
    note: str = "",
    most_megabytes: float = 5,
) -> Nodes:
    """The place where a session waits. `asides`: which of `person` and `later` are offered. `entered`, `problems`: by
    question, what was written and what the page itself does not accept. `note`: what happened."""
    words = around.words
    items = [_judged(item, problems or {}) for item in ask.items]
    own = ask.kind in ("question", "confirm") and len(items) == 1
    field = controls.Around(ask.language, words, entered or {}, own, most_megabytes)
    body: Nodes = [*_problems(items, words), *_told(view, note)]
    if not own:
        body.append(tags.h1(*(_heading(ask) or [view.title])))
    body += [_said(said) for said in _before(ask)]
    if ask.kind == "confirm":
        body += [_confirmation(item, words, ask.language) for item in items]
    else:
        body += [controls.question(item, field) for item in items]
    body.append(tags.p(*_ways(ask, words), class_="ways"))
    multipart = {"enctype": "multipart/form-data"} if any(item.type in ("file", "signature") for item in items) else {}
    return [
        _above(view, ask, around),
        form(around, *body, class_=f"step {ask.layout}".strip(), id="step", **multipart),
        *_asides(around, asides),
    ]


def step_title(view: DialogView, ask: Ask, around: Around) -> str:
    """The document's title: what is asked, and whether something is wrong."""
    asked = plain(ask.items[0].text) if len(ask.items) == 1 else ""
    wrong = f"{around.words('error')} " if any(item.problem for item in ask.items) else ""
    return f"{wrong}{asked} – {view.title}" if asked else f"{wrong}{view.title}"


def _judged(item: Item, problems: dict[str, str]) -> Item:
    wrong = problems.get(item.question)
    return msgspec.structs.replace(item, problem=wrong) if wrong else item


def _above(view: DialogView, ask: Ask, around: Around) -> Tag:
    """Back, and how far one has come. How many steps are left nobody knows: the answers decide."""
    words = around.words
    back = [form(around, button(words("back"), "back", "quiet"), class_="back")] if ask.can_go_back else []
    place = tags.p(words("step", number=len(view.crumbs) + 1), class_="place")
    return tags.div(*back, place, class_="above")


def _problems(items: Sequence[Item], words: Words) -> Nodes:
    wrong = [item for item in items if item.problem]
    if not wrong:
        return []
    made = [tags.li(tags.a(item.problem, href=f"#{controls.field_id(item)}")) for item in wrong]
    head = tags.h2(words("problems"), id="problems-title")
    return [tags.div(head, tags.ul(*made), class_="problems", role="alert", tabindex="-1", id="problems")]


def _told(view: DialogView, note: str) -> Nodes:
    """The script's own warnings. What failed behind the scenes is not for visitors."""
    said = [notice.text for notice in view.notices if notice.kind == "warning"]
    return [tags.p(text, class_="told", role="status") for text in ([note] if note else []) + said]


def _heading(ask: Ask) -> Nodes:
    """The title of a page is said last, by the group itself."""
    last = ask.before[-1] if ask.before else None
    return controls.texts(last.text) if ask.kind == "page" and last is not None and last.node == ask.node else []


def _before(ask: Ask) -> Sequence[Said]:
    return ask.before[:-1] if _heading(ask) else ask.before


def _said(said: Said) -> Tag:
    hints = [tags.p(*controls.texts(hint), class_="hint") for hint in said.hints]
    return tags.div(tags.p(*controls.texts(said.text)), *hints, class_="said")


def _confirmation(item: Item, words: Words, language: str) -> Tag:
    """What was answered, to be said yes or no to."""
    return tags.div(
        tags.h1(words("correct")),
        tags.dl(tags.dt(*controls.texts(item.text)), tags.dd(answer_text(item, words, language))),
    )


def answer_text(item: Item, words: Words, language: str) -> str:
    """An answer as people read it; a sensitive one is not shown again."""
    value = item.value
    if value is None:
        return words("nothing-given")
    if item.is_sensitive:
        return f"{MASK} {words('hidden')}"
    labels = {option.value: plain(option.label) for option in item.options}
    if labels:
        chosen = value if isinstance(value, list | tuple) else [value]
        return ", ".join(labels.get(str(one), str(one)) for one in chosen)
    return shown(value, language, "money" if item.type == "money" else None)


def _ways(ask: Ask, words: Words) -> Nodes:
    if ask.kind == "confirm":
        return [button(words("yes-right"), "yes"), button(words("no-change"), "no", "second")]
    own = [button(one.label, f"button:{one.number}", "second") for one in ask.buttons]
    return [button(words("continue"), "answer"), *own]


def _asides(around: Around, asides: Sequence[str]) -> Nodes:
    if not asides:
        return []
    words = around.words
    shown_ones = [button(words(aside), aside, "quiet") for aside in asides]
    return [tags.aside(form(around, *shown_ones), **{"aria-label": words("aside")})]


def sure(chosen: Button, around: Around) -> Nodes:
    """A button that has to be said twice."""
    words = around.words
    yes = button(words("yes-sure", label=chosen.label), f"sure:{chosen.number}")
    return [
        tags.h1(words("sure")),
        form(around, tags.p(yes, button(words("no-back"), "look", "second"), class_="ways")),
    ]


# -- between and after ------------------------------------------------------------------------------------------------


def resting(view: DialogView, around: Around) -> Nodes:
    """The session was left for a while."""
    words = around.words
    go_on = form(around, tags.p(button(words("go-on"), "resume"), class_="ways"))
    return [tags.h1(words("rested-title")), tags.p(view.title), tags.p(words("rested-text")), go_on]


def later(link: str, day: str, around: Around) -> Nodes:
    """The private link, shown once."""
    words = around.words
    field = tags.input(
        type="text", readonly="readonly", value=link, id="link", class_="link", **{"aria-label": words("later-title")}
    )
    copy = {"data-copy": "link", "data-copied": words("copied"), "hidden": "hidden"}
    return [
        tags.h1(words("later-title")),
        tags.p(words("later-text")),
        tags.p(field, tags.button(words("copy"), type="button", class_="button second", **copy)),
        tags.p(words("later-until", day=day)),
        tags.p(words("later-closed")),
        form(around, tags.p(button(words("go-on"), "resume", "second"), class_="ways")),
    ]


def with_agent(around: Around) -> Nodes:
    """The session is at a desk, or on the phone."""
    words = around.words
    return [tags.h1(words("with-agent")), tags.p(words("with-agent-note"))]


def ended(view: DialogView, around: Around, more: Nodes, title: str = "done-title") -> Nodes:
    """What the script said last, what comes now, and the reference. `title`: key of the heading's words."""
    words = around.words
    # what ended at a desk was said to an agent
    heard = view.said if view.channel == "web" else ()
    said = [_said(one) for one in heard if one.text] or [tags.p(words("ended-early"))]
    reference = tags.p(words("reference"), ": ", tags.strong(view.session), class_="reference")
    return [tags.h1(words(title)), *said, *more, reference]


def call_back_form(around: Around, number: str, problem: str) -> Nodes:
    """Where to call the visitor. `number`: what stands in the field."""
    words = around.words
    about = {"aria-describedby": "number.wrong number.note" if problem else "number.note"}
    if problem:
        about["aria-invalid"] = "true"
    wrong: Nodes = [tags.span(words("error"), class_="sr"), " ", problem] if problem else []
    hidden = {} if problem else {"hidden": "hidden"}
    field: Any = tags.div(
        tags.div(tags.label(words("call-number"), **{"for": "number"}), class_="label"),
        tags.p(words("call-hint"), class_="hint", id="number.note"),
        tags.p(*wrong, class_="wrong", id="number.wrong", **{"data-prefix": words("error")}, **hidden),
        tags.input(
            type="tel", id="number", name="number", value=number, autocomplete="tel", maxlength="40",
            **about, **{"aria-required": "true"},
        ),
        class_="question has-problem" if problem else "question",
        **{"data-kind": "phone", "data-required": words("required")},
    )  # fmt: skip
    ways = tags.p(button(words("call-me"), "call"), button(words("call-no"), "no-call", "second"), class_="ways")
    return [
        tags.p(words("call-text")),
        form(around, field, ways, id="step"),
    ]


def person_asked(around: Around, number: str, problem: str) -> Nodes:
    """In the middle of a script: where to call the visitor."""
    return [tags.h1(around.words("call-title")), *call_back_form(around, number, problem)]


def call_awaited(view: DialogView, number: str, around: Around) -> Nodes:
    """A session in the middle of which a person was asked for: the call-back is in the queue."""
    words = around.words
    reference = tags.p(words("reference"), ": ", tags.strong(view.session), class_="reference")
    return [tags.h1(words("call-taken-title")), *call_taken(number, around), reference]


def no_person(around: Around) -> Nodes:
    """Nobody can be asked for; the visitor goes on alone."""
    words = around.words
    back = form(around, tags.p(button(words("back"), "look"), class_="ways"))
    return [tags.h1(words("person")), tags.p(words("no-person")), back]


def call_over(number: str, around: Around) -> Nodes:
    """The call-back is over, however it ended."""
    return [tags.p(around.words("call-over", number=number))]


def call_taken(number: str, around: Around) -> Nodes:
    """It is in the queue."""
    words = around.words
    return [
        tags.p(words("call-taken", number=number)),
        tags.p(words("call-taken-again")),
    ]
