"""A script as a table that a department signs: one for each language, with every text, answer and way, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from scriptengine.checks.walking import attempts_of, channels_of, choices_of, condition_of, goes_of
from scriptengine.drawing.picture import called, pressed, words_of
from scriptengine.script import (
    AnyNode,
    Block,
    Call,
    Decision,
    End,
    Group,
    Hint,
    Info,
    Prompt,
    Question,
    Script,
    Subdialog,
    Text,
)

_STYLE = """
body { font: 15px/1.45 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif; color: #1c1d1f; margin: 2rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
th, td { border: 1px solid #b9bcc2; padding: .45rem .6rem; text-align: left; vertical-align: top; }
th { background: #eef1f5; } code { font-size: .9em; } td ul { margin: 0; padding-left: 1.1rem; }
.small { color: #55585e; font-size: .87em; } .sign td { height: 2.6rem; }
section + section { page-break-before: always; }
"""
_WORDS = {
    "en": {
        "step": "Step", "said": "What is said or asked", "answers": "Answers", "ways": "How it goes on",
        "version": "Version", "language": "Language", "name": "Name", "date": "Date", "signature": "Signature",
        "if": "if", "then": "to", "always": "otherwise to", "only": "only on", "when": "only if", "spoken": "Spoken",
        "hint": "Hint", "missing": "not translated", "next": "next step", "end": "end", "rejected": "Rule",
        "sign": "Agreed", "no answer": "no answer, to", "channel": "Channels",
    },
    "pt": {
        "step": "Passo", "said": "O que se diz ou pergunta", "answers": "Respostas", "ways": "Como continua",
        "version": "Versão", "language": "Idioma", "name": "Nome", "date": "Data", "signature": "Assinatura",
        "if": "se", "then": "para", "always": "senão para", "only": "só em", "when": "só se", "spoken": "Falado",
        "hint": "Dica", "missing": "sem tradução", "next": "próximo passo", "end": "fim", "rejected": "Regra",
        "sign": "De acordo", "no answer": "sem resposta, para", "channel": "Canais",
    },
}  # fmt: skip


def documented(script: Script, languages: Sequence[str]) -> str:
    """An HTML document with a section for each language; its headings are English where there are no others."""
    title = escape(words_of(script.titles[0].parts) or script.id)
    sections = "\n".join(line for language in languages for line in _section(script, language))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(languages[0])}">\n<head><meta charset="utf-8">'
        f"<title>{title} {escape(script.version)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{sections}\n</body></html>\n"
    )


def _section(script: Script, language: str) -> Iterator[str]:
    words = _WORDS.get(language.partition("-")[0].lower(), _WORDS["en"])
    title = next((one for one in script.titles if one.language == language), script.titles[0])
    yield f'<section lang="{escape(language)}"><h1>{escape(words_of(title.parts))}</h1>'
    facts = ((words["version"], f"{script.id} {script.version}"), (words["language"], language),
             (words["channel"], " ".join(script.channels)))  # fmt: skip
    yield f"<p>{' · '.join(f'{escape(word)}: {escape(fact)}' for word, fact in facts)}</p>"
    heads = "".join(f"<th scope=col>{escape(words[word])}</th>" for word in ("step", "said", "answers", "ways"))
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for node in script.all_nodes():
        cells = (
            _step(node, words),
            _said(node, language, words),
            _answers(script, node, language),
            _ways(node, language, words),
        )
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    yield "</tbody></table>"
    signed = "".join(f"<th scope=col>{escape(words[word])}</th>" for word in ("name", "date", "signature"))
    yield f"<h2>{escape(words['sign'])}</h2><table class=sign><thead><tr>{signed}</tr></thead>"
    yield "<tbody><tr><td></td><td></td><td></td></tr><tr><td></td><td></td><td></td></tr></tbody></table></section>"


def _step(node: AnyNode, words: dict[str, str]) -> str:
    kind = (
        node.type
        if isinstance(node, Question)
        else words["end"]
        if isinstance(node, End)
        else type(node).__name__.lower()
    )
    lines = [f"<strong>{escape(node.id)}</strong>", f'<span class="small">{escape(kind)}</span>']
    if isinstance(node, End):
        lines.append(f'<span class="small">{escape(node.disposition or node.outcome)}</span>')
    if channels_of(node):
        lines.append(f'<span class="small">{escape(words["only"])} {escape(" ".join(channels_of(node)))}</span>')
    if condition_of(node) is not None:
        lines.append(
            f'<span class="small">{escape(words["when"])} <code>{escape(condition_of(node) or "")}</code></span>'
        )
    return "<br>".join(lines)


def _said(node: AnyNode, language: str, words: dict[str, str]) -> str:
    lines: list[str] = []
    if isinstance(node, Group):
        lines += [escape(words_of(one.parts)) for one in node.titles if one.language == language]
    if isinstance(node, (Info, Question, End)):
        lines += _texts(node.texts, language, words)
        lines += [
            f'<span class="small">{escape(words["spoken"])}: {one}</span>'
            for one in _texts(node.prompts, language, words)
        ]
    if isinstance(node, (Info, Question)):
        lines += [
            f'<span class="small">{escape(words["hint"])}: {one}</span>' for one in _texts(node.hints, language, words)
        ]
    if isinstance(node, Question):
        for constraint in node.constraints:
            said = [words_of(label.parts) for label in constraint.labels if label.language == language]
            rule = f"<code>{escape(constraint.test)}</code> {escape(' '.join(said))}"
            lines.append(f'<span class="small">{escape(words["rejected"])}: {rule}</span>')
    if isinstance(node, Block):
        calls = [f"{one.service}.{one.operation}" for one in node.actions if isinstance(one, Call)]
        lines += [f"<code>{escape(call)}</code>" for call in calls]
    if isinstance(node, Subdialog):
        lines.append(f"<code>{escape(node.source)}</code>")
    return "<br>".join(lines)


def _texts(texts: Sequence[Text | Prompt | Hint], language: str, words: dict[str, str]) -> list[str]:
    found = [one for one in texts if one.language == language]
    if texts and not found:
        return [f"<em>{escape(words['missing'])}</em>"]
    return [escape(_marked(one)) for one in found]


def _marked(text: Text | Prompt | Hint) -> str:
    channels = f"[{' '.join(text.channels)}] " if isinstance(text, Text) and text.channels else ""
    return f"{channels}{words_of(text.parts)}"


def _answers(script: Script, node: AnyNode, language: str) -> str:
    if not isinstance(node, Question):
        return ""
    lines = []
    for choice in choices_of(script, node):
        leads = f" → {choice.go.to}" if choice.go is not None else ""
        key = f" ({choice.dtmf})" if choice.dtmf else ""
        lines.append(f"<li>{escape(called(choice, language))}{escape(key)}{escape(leads)}</li>")
    limits = [
        f"{word} {value}" for word, value in (("min", node.min), ("max", node.max), ("length", node.length)) if value
    ]
    lines += [f'<li class="small">{escape(limit)}</li>' for limit in limits]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _ways(node: AnyNode, language: str, words: dict[str, str]) -> str:
    if isinstance(node, End):
        return escape(f"{node.outcome}{f' → {node.queue}' if node.queue else ''}")
    lines = []
    goes = goes_of(node)
    for place, go in enumerate(goes):
        label = f"[{escape(pressed(go, language))}] " if go.labels else ""
        if go.condition is not None:
            condition = f"{escape(words['if'])} <code>{escape(go.condition)}</code>"
            lines.append(f"{label}{condition} {escape(words['then'])} {escape(go.to)}")
        else:
            word = words["always"] if place else words["then"]
            lines.append(f"{label}{escape(word)} {escape(go.to)}")
    if isinstance(node, Question):
        lines += [
            f"{escape(words['no answer'])} {escape(one.go.to)}" for one in attempts_of(node) if one.go is not None
        ]
    if not isinstance(node, Decision) and all(go.condition is not None or go.label for go in goes):
        lines.append(escape(words["next"]))
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
