"""Mailboxes at the desk: what is listed, what is chosen, what plays. Pure: orders out, a view out."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Literal

import msgspec

from agentdesk.words import Words
from server.wire import desk
from server.wire.voicemail import MailboxName, MailboxView, VoiceMessage

Which = Literal["new", "urgent", "saved"]
SEEK_SECONDS = 5.0


class Order(msgspec.Struct, frozen=True):
    """What is to be done. `do`: `list` (the messages of `mailbox`), `sound` (fetch it, and play), `play`, `pause`,
    `stop`, `seek` (to `seconds`), `save`, `delete`, `forward` (to the mailbox `to`), `call-back`."""

    do: str
    mailbox: str = ""
    message: str = ""
    to: str = ""
    seconds: float = 0


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A message in the list."""

    message: str
    text: str
    detail: str
    urgent: bool = False
    chosen: bool = False


class MessagesView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the panel shows. `title`: of its tab. `position` and `length` in seconds; `playing` None: nothing can be
    played. `enabled`: a message is chosen, and the server can be asked."""

    title: str
    boxes: list[MailboxName]
    box: str
    which: Which
    counts: dict[str, int]
    lines: list[Line]
    empty: str
    enabled: bool
    may_call: bool
    playing: bool | None
    position: float
    length: float
    time: str
    trouble: str
    targets: list[MailboxName]
    task: str
    """What to do with the message that is the agent's task; empty: there is none."""
    hearing: bool
    """It waits for the agent's word."""


class MessageBook:
    """Every method that may lead to something returns orders."""

    def __init__(self, words: Words, zone: tzinfo = UTC) -> None:
        self._words = words
        self._zone = zone
        self._boxes: list[MailboxView] = []
        self._names: list[MailboxName] = []
        self._messages: list[VoiceMessage] = []
        self._box = ""
        self._which: Which = "new"
        self._chosen = ""
        self._loaded = ""
        """The message whose sound the player has, or is about to have."""
        self._playing = False
        self._position = 0.0
        self._trouble = ""
        self._linked = False
        self._task: desk.Task | None = None

    # -- news -----------------------------------------------------------------------------------------------------

    def linked(self, on: bool) -> None:
        """Whether the server can be asked."""
        self._linked = on

    def show_task(self, task: desk.Task | None) -> list[Order]:
        """The message that the agent is offered or hears; its mailbox is shown."""
        before, self._task = self._task, task
        if task is None or (before is not None and (before.mailbox, before.message) == (task.mailbox, task.message)):
            return []
        orders = self.open_box(task.mailbox)
        self._which, self._chosen = "new", task.message
        return [*orders, *self._list()]

    def mailboxes(self, boxes: Sequence[MailboxView], names: Sequence[MailboxName]) -> list[Order]:
        """What I may open, and every mailbox that a message can be given to."""
        before, self._boxes, self._names = self._boxes, list(boxes), list(names)
        if all(box.id != self._box for box in boxes):
            self._box, self._messages = boxes[0].id if boxes else "", []
            return self._list()
        same = [box for box in before if box.id == self._box] == [box for box in boxes if box.id == self._box]
        return [] if same else self._list()

    def listed(self, mailbox: str, messages: Sequence[VoiceMessage]) -> list[Order]:
        """The messages of a mailbox, newest first."""
        if mailbox != self._box:
            return []
        self._messages = list(messages)
        if all(message.id != self._chosen for message in self._shown()):
            gone = all(message.id != self._loaded for message in messages)
            self._chosen = next((message.id for message in self._shown()), "")
            return self._unload() if gone else []
        return []

    def failed(self, detail: str) -> None:
        """Something was not done; a sentence, or empty: it is told in our words."""
        tr = self._words.tr
        self._trouble = tr("Not done: {why}", why=detail) if detail else tr("The server does not answer.")

    def unplayable(self) -> None:
        """The sound cannot be played here."""
        self._loaded, self._playing = "", False
        self._trouble = self._words.tr("The message cannot be played on this computer.")

    def played(self, playing: bool, position: float) -> None:
        """Where the player is, in seconds."""
        self._playing, self._position = playing, position

    # -- the agent ------------------------------------------------------------------------------------------------

    def open_box(self, mailbox: str) -> list[Order]:
        """Show another mailbox."""
        if mailbox == self._box:
            return []
        self._box, self._messages, self._chosen = mailbox, [], ""
        return [*self._unload(), *self._list()]

    def show(self, which: Which) -> list[Order]:
        """New, urgent or saved ones."""
        self._which = which
        self._chosen = next((message.id for message in self._shown()), "")
        return self._unload()

    def choose(self, message: str) -> list[Order]:
        """Another message of the list."""
        if message == self._chosen:
            return []
        self._chosen, self._trouble = message, ""
        return self._unload()

    def play_or_pause(self) -> list[Order]:
        """Begin to play, stop for a moment, go on."""
        if not self._may():
            return []
        self._trouble = ""
        if self._playing:
            return [Order("pause")]
        if self._loaded == self._chosen:
            return [Order("play")]
        self._loaded, self._position = self._chosen, 0.0
        return [Order("sound", self._box, self._chosen)]

    def seek(self, seconds: float) -> list[Order]:
        """To that place of the message."""
        chosen = self._message()
        if chosen is None or self._loaded != chosen.id:
            return []
        self._position = min(max(0.0, seconds), chosen.seconds)
        return [Order("seek", seconds=self._position)]

    def skip(self, seconds: float) -> list[Order]:
        """So much forward; below 0: back."""
        return self.seek(self._position + seconds)

    def save(self) -> list[Order]:
        """It was heard, and is kept."""
        return self._with_chosen("save")

    def delete(self) -> list[Order]:
        """Throw it away."""
        return [*self._with_chosen("delete"), *self._unload()]

    def forward(self, to: str) -> list[Order]:
        """Give a copy to that mailbox."""
        return self._with_chosen("forward", to)

    def call_back(self) -> list[Order]:
        """Ring my phone, and then the caller's."""
        chosen = self._message()
        return [*self._unload(), *self._with_chosen("call-back")] if chosen is not None and chosen.caller else []

    # -- inside ---------------------------------------------------------------------------------------------------

    def _list(self) -> list[Order]:
        return [Order("list", self._box)] if self._box and self._linked else []

    def _may(self) -> bool:
        return self._linked and self._message() is not None

    def _with_chosen(self, do: str, to: str = "") -> list[Order]:
        self._trouble = ""
        return [Order(do, self._box, self._chosen, to)] if self._may() else []

    def _unload(self) -> list[Order]:
        had, self._loaded, self._playing, self._position = self._loaded, "", False, 0.0
        return [Order("stop")] if had else []

    def _message(self) -> VoiceMessage | None:
        return next((message for message in self._messages if message.id == self._chosen), None)

    def _of(self, which: Which) -> list[VoiceMessage]:
        if which == "saved":
            return [message for message in self._messages if message.saved]
        return [one for one in self._messages if not one.saved and (which == "new" or one.urgent)]

    def _shown(self) -> list[VoiceMessage]:
        return self._of(self._which)

    # -- what is shown --------------------------------------------------------------------------------------------

    def view(self) -> MessagesView:
        """The panel."""
        tr, chosen = self._words.tr, self._message()
        new = sum(box.new for box in self._boxes)
        length = chosen.seconds if chosen is not None else 0.0
        kinds: tuple[Which, ...] = ("new", "urgent", "saved")
        return MessagesView(
            title=tr("Messages ({count})", count=new) if new else tr("Messages"),
            boxes=[MailboxName(box.id, f"{box.name} ({box.new})" if box.new else box.name) for box in self._boxes],
            box=self._box,
            which=self._which,
            counts={which: len(self._of(which)) for which in kinds},
            lines=[self._line(message) for message in self._shown()],
            empty=tr("No messages here.") if self._boxes else tr("You have no mailbox."),
            enabled=self._may(),
            may_call=self._may() and chosen is not None and bool(chosen.caller),
            playing=self._playing if self._may() else None,
            position=self._position,
            length=length,
            time=f"{_clock(self._position)} / {_clock(length)}" if chosen is not None else "",
            trouble=self._trouble,
            task=self._task_text(),
            hearing=self._task is not None and self._task.hearing,
            targets=[name for name in self._names if name.id != self._box],
        )

    def _task_text(self) -> str:
        if self._task is None:
            return ""
        if self._task.hearing:
            return self._words.tr("You hear this message: call the customer, or say that no call is needed.")
        return self._words.tr("This message is your task: pick up your phone to hear it.")

    def _line(self, message: VoiceMessage) -> Line:
        at = datetime.fromisoformat(message.at).astimezone(self._zone)
        day = f"{at:%d/%m %H:%M}" if self._words.language == "pt_BR" else f"{at:%d %b %H:%M}"
        urgent = f"{self._words.tr('urgent')} · " if message.urgent else ""
        return Line(
            message=message.id,
            text=message.caller or self._words.tr("number not shown"),
            detail=f"{urgent}{day} · {_clock(message.seconds)}",
            urgent=message.urgent,
            chosen=message.id == self._chosen,
        )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
