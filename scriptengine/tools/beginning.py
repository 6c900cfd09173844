"""A new script to begin with: small, valid, without findings, with a test of its own."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from scriptengine.tools.editing import tree_of, written

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
_PORTUGUESE = {
    "Do you want to go on?": "Quer continuar?",
    "Thank you. Good-bye.": "Obrigado. Até logo.",
    "We connect you with somebody who helps you.": "Vamos transferir você para alguém que ajuda.",
}


def begun(id: str, title: str, languages: tuple[str, ...] = ("en",)) -> bytes:
    """The text of a new script. Raises ValueError for an id that is none, or a language without words of its own."""
    if not _ID.fullmatch(id):
        raise ValueError(f'"{id}" is no id: write letters, digits, - and _, a letter first.')
    wrong = [language for language in languages if language not in ("en", "pt")]
    if wrong or len(set(languages)) != len(languages) or not languages:
        raise ValueError("A new script can begin in en, pt, or both; translate it with caruso script i18n.")
    own, *others = languages

    def said(name: str, english: str) -> str:
        """A text in all the languages."""
        return "".join(
            f"<{name}{'' if language == own else f' xml:lang={chr(34)}{language}{chr(34)}'}>"
            f"{escape(english if language == 'en' else _PORTUGUESE.get(english, english))}</{name}>"
            for language in languages
        )

    several = f' languages="{" ".join(languages)}"' if others else ""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="{id}" version="1" xml:lang="{own}"{several} start="ask">
  {said("title", title)}

  <question id="ask" name="goes_on" type="yesno">
    {said("text", "Do you want to go on?")}
    <noinput count="3">
      <go to="person"/>
    </noinput>
    <go to="person" if="goes_on"/>
    <go to="done"/>
  </question>

  <end id="done" outcome="success" disposition="done">
    {said("text", "Thank you. Good-bye.")}
  </end>
  <end id="person" outcome="transfer" disposition="to-agent">
    {said("text", "We connect you with somebody who helps you.")}
  </end>

  <test name="goes on">
    <answer question="ask" value="yes"/>
    <expect node="person"/>
  </test>
  <test name="is content">
    <answer question="ask" value="no"/>
    <expect node="done"/>
  </test>
</dialog>
"""
    return written(tree_of(text.encode(), id))
