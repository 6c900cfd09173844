"""What a picture says of its own, beside the script's texts, in the languages that it knows.

Names of elements, types and outcomes stay as they stand in the file.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """In braces: what is put in."""

    otherwise: str
    no_answer: str
    fails: str
    error: str
    unless: str
    optional: str
    for_each: str
    visit: str
    visits: str
    left: str
    none: str
    described: str


_WORDS: Final = {
    "en": Words(
        otherwise="otherwise",
        no_answer="no answer",
        fails="{service} fails",
        error="error",
        unless="not: {condition}",
        optional="optional",
        for_each="for each {many}",
        visit="{count} visit",
        visits="{count} visits",
        left="{count} left ({part})",
        none="none",
        described="Flow of the dialog script {id}, version {version}: "
        "{nodes} nodes, {questions} questions; ends: {ends}.",
    ),
    "pt": Words(
        otherwise="senão",
        no_answer="sem resposta",
        fails="{service} falha",
        error="erro",
        unless="se não: {condition}",
        optional="opcional",
        for_each="para cada {many}",
        visit="{count} visita",
        visits="{count} visitas",
        left="{count} pararam ({part})",
        none="nenhum",
        described="Fluxo do roteiro {id}, versão {version}: {nodes} nós, {questions} perguntas; fins: {ends}.",
    ),
}


def words_in(language: str | None) -> Words:
    """In the language, as `pt` for `pt-BR`; English where there are no others, and for None."""
    return _WORDS.get((language or "en").partition("-")[0].lower(), _WORDS["en"])
