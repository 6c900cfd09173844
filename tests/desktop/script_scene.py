"""A desk whose script is real: its steps are carried out at once by the engine, and told as the core tells them."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
from desk_scene import Scene, talking

from agentdesk.desk.effects import SendFile, StopFile
from scriptengine.interpreter import Event, Jumped, Resumed
from server.call.dialogs import Beginning, DialogRefused, DialogView
from server.desk import script_view
from server.wire import desk as wire
from server.wire.desk_script import Script
from tests.fakes.dialogs import FakeDialogs

MOST_FILE_OCTETS = 5_000_000
DIALOGS = Path(__file__).parents[2] / "dialogs"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
"""
EVERY_TYPE = f"""{_HEAD}<dialog id="every-type" version="2" xml:lang="en" start="welcome" channels="desk">
 <title>Every type</title>
 <info id="welcome"><text>This takes <b>two minutes</b>. Shall we begin?</text><hint>Smile; it is heard.</hint>
  <go to="colour" label="Yes, go on"/><go to="busy" label="Not now &amp; never" confirm="yes"/></info>
 <question id="colour" name="colour" type="choice" required="no"><text>Which colour?</text>
  <choice value="red"><label>Red</label></choice>
  <choice value="long"><label>None of these, because the customer has a long wish that nobody had thought of before the
   script was written, and tells it at length</label></choice></question>
 <question id="wishes" name="wishes" type="multi" max="2"><text>Which of them?</text>
  <choice value="mail"><label>A mail</label></choice><choice value="post"><label>A letter</label></choice>
  <choice value="none"><label>None</label></choice></question>
 <question id="grade" name="grade" type="scale" min="0" max="10"><text>How likely?</text></question>
 <question id="agrees" name="agrees" type="consent"><text>May we call you again?</text></question>
 <question id="name" name="name" type="text" length="2-40"><text>Your name?</text></question>
 <question id="story" name="story" type="memo" required="no"><text>What happened?</text></question>
 <question id="pieces" name="pieces" type="integer" min="1" max="9"><text>How many?</text></question>
 <question id="price" name="price" type="money"><text>What did it cost?</text></question>
 <question id="share" name="share" type="decimal"><text>Which share?</text></question>
 <question id="day" name="day" type="date" confirm="always"><text>Which day?</text></question>
 <question id="hour" name="hour" type="time"><text>At what time?</text></question>
 <question id="moment" name="moment" type="datetime"><text>When exactly?</text></question>
 <question id="phone" name="phone" type="phone"><text>Your number?</text></question>
 <question id="mail" name="mail" type="email"><text>Your address?</text></question>
 <question id="bank" name="bank" type="iban" sensitive="yes"><text>Your IBAN?</text></question>
 <question id="area" name="area" type="postcode" pattern="\\d{{5}}"><text>Your postcode?</text></question>
 <question id="who" name="who" type="object" class="Customer"><text>Which customer?</text></question>
 <question id="paper" name="paper" type="file"><text>Is there a paper?</text></question>
 <question id="sign" name="sign" type="signature"><text>Is it signed?</text></question>
 <end id="done" outcome="success" disposition="answered"><text>Thank you.</text></end>
 <end id="busy" outcome="failure" disposition="no-time"><text>Another time, then.</text></end>
</dialog>
"""
PAPERS = f"""{_HEAD}<dialog id="papers" version="1" xml:lang="en" languages="en pt" start="papers" channels="desk">
 <title>Papers</title><title xml:lang="pt">Papéis</title>
 <group id="papers"><title>The damage</title><title xml:lang="pt">O dano</title>
  <question id="picture" name="picture" type="file"><text>A picture of the damage</text>
   <text xml:lang="pt">Uma foto do dano</text></question>
  <question id="more" name="more" type="file" required="no"><text>Another one</text>
   <text xml:lang="pt">Mais uma</text></question>
  <question id="signed" name="signed" type="signature"><text>The customer signs</text>
   <text xml:lang="pt">O cliente assina</text></question>
 </group>
 <question id="again" name="again" type="file" confirm="always"><text>The bill</text>
  <text xml:lang="pt">A conta</text></question>
 <end id="done" outcome="success" disposition="answered"><text>Thank you.</text></end>
</dialog>
"""
PAGE = f"""{_HEAD}<dialog id="page" version="1" xml:lang="en" languages="en pt" start="who" channels="desk">
 <title>Delivery</title><title xml:lang="pt">Entrega</title>
 <group id="who" layout="LAYOUT"><title>Where shall it go?</title><title xml:lang="pt">Para onde vai?</title>
  <question id="name" name="name" type="text"><text>Name</text><text xml:lang="pt">Nome</text></question>
  <question id="area" name="area" type="postcode"><text>Postcode</text><text xml:lang="pt">CEP</text>
   <hint>As on the bill.</hint></question>
  <question id="when" name="when" type="choice"><text>When</text><text xml:lang="pt">Quando</text>
   <choice value="am"><label>Morning</label><label xml:lang="pt">De manhã</label></choice>
   <choice value="pm"><label>Afternoon</label><label xml:lang="pt">De tarde</label></choice></question>
  <question id="bell" name="bell" type="yesno"><text>Does the bell work?</text>
   <text xml:lang="pt">A campainha funciona?</text></question>
  <question id="knock" name="knock" type="text" if="not bell"><text>Where to knock?</text></question>
  <question id="note" name="note" type="memo" required="no"><text>Note</text><text xml:lang="pt">Nota</text></question>
 </group>
 <end id="done" outcome="success" disposition="paid"><text>It comes.</text></end>
</dialog>
"""


def at_once(asked: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        asked.send(None)
    except StopIteration as over:
        return over.value
    raise AssertionError("it waits for something")


class ScriptScene(Scene):
    """Ana talks with Anna Weber, and the script has begun. `dialogs.services.results` are what its services answer."""

    def __init__(
        self, *scripts: Path | str, language: str = "en", script_language: str = "", results: Any = None
    ) -> None:
        super().__init__(talking(), language)
        self.answered = (wire.Beat, wire.SaveNotes, wire.ChooseResult)
        self.files: list[SendFile | StopFile] = []
        self.dialogs = FakeDialogs(*scripts)
        self.dialogs.services.results |= results or {}
        name = next(iter(self.dialogs.current))
        for number in range(12):
            self.dialogs.objects.save("Customer", {"number": 1000 + number, "name": f"Customer {number}"})
        self.view_of: DialogView = at_once(
            self.dialogs.begin(
                Beginning(script=name, channel="desk", session="s1", language=script_language, call="k1")
            )
        )
        self.tell()

    def tell(self, script: Script | None = None) -> None:
        """The section as the core sends it, through its JSON."""
        section = script_view.shown("k1", self.view_of, MOST_FILE_OCTETS) if script is None else script
        whole = talking()
        self.revision += 1
        message = wire.Changed(
            revision=self.revision, now=1_763_800_000.0 + self.now - 1000, me=whole.me, script=section
        )
        self.desk.handle(msgspec.json.decode(msgspec.json.encode(message), type=wire.Changed), self.now)

    def press(self, action: Any) -> None:
        """The agent does something; what is asked of the script is done at once."""
        for effect in self._answer(self.desk.press(action, self.now)):
            request = getattr(effect, "request", None)
            if isinstance(effect, SendFile | StopFile):
                self.files.append(effect)
            if isinstance(request, wire.StepScript | wire.ScriptPlaces):
                sent = msgspec.json.decode(msgspec.json.encode(request), type=wire.FromDesk)
                self._carry_out(sent)

    def _carry_out(self, request: Any) -> None:
        if isinstance(request, wire.ScriptPlaces):
            found = script_view.places(at_once(self.dialogs.places("s1")))
            self.desk.handle(wire.Places(request.id, found), self.now)
            return
        event: Event = request.event
        if isinstance(event, Resumed):
            event = Resumed(channel="desk", agent={"id": "ana", "name": "Ana Lima"})
        try:
            self.view_of = at_once(self.dialogs.take("s1", event, request.revision))
        except DialogRefused as refused:
            self.view_of = at_once(self.dialogs.look("s1"))
            self.tell()
            self.desk.handle(wire.Refused(request.id, f"script-{refused.code}", str(refused)), self.now)
            return
        self.tell()
        self.desk.handle(wire.Done(request.id), self.now)

    def go(self, node: str) -> None:
        """Jump there."""
        self.view_of = at_once(self.dialogs.take("s1", Jumped(node)))
        self.tell()
