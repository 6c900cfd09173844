"""The page's own words, in English and Brazilian Portuguese. Findings and the script say what they say."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "pt")
_WORDS: Mapping[str, tuple[str, str]] = {
    "preview": ("Preview", "Prévia"),
    "desk": ("At the desk", "No atendimento"),
    "web": ("On the web", "Na web"),
    "ivr": ("On the phone", "No telefone"),
    "picture": ("Picture", "Desenho"),
    "findings": ("Findings", "Apontamentos"),
    "source": ("The file", "O arquivo"),
    "surfaces": ("The same script on three surfaces", "O mesmo roteiro em três superfícies"),
    "show": ("Show", "Mostrar"),
    "none": ("Nothing to object to.", "Nada a apontar."),
    "saved": ("Saved {at}", "Salvo {at}"),
    "stale": (
        "What was saved last cannot be run; the findings tell why. Picture and surfaces are those of {at}.",
        "O que foi salvo por último não funciona; veja os apontamentos. Desenho e superfícies são os das {at}.",
    ),
    "never": (
        "The file cannot be run yet; the findings tell why.",
        "O arquivo ainda não pode ser executado; os apontamentos dizem por quê.",
    ),
    "gone": ("The preview was stopped.", "A prévia foi encerrada."),
    "back": ("Back", "Voltar"),
    "restart": ("Restart", "Recomeçar"),
    "language": ("Language", "Idioma"),
    "answers": ("Answers so far", "Respostas até aqui"),
    "no answers": ("None yet: answer on any of the three.", "Nenhuma ainda: responda em qualquer uma das três."),
    "given": ("What is given", "O que é dado"),
    "given hint": (
        "One a line, as in a test: NAME = VALUE, Customer.name = Ana, mail.send = error",
        "Um por linha, como num teste: NOME = VALOR, Customer.name = Ana, mail.send = error",
    ),
    "apply": ("Begin with it", "Começar com isto"),
    "test": ("From the test", "Do teste"),
    "nothing": ("(nothing)", "(nada)"),
    "with answers": ("Play its answers, too", "Tocar também as respostas"),
    "theme": ("Dark / light", "Escuro / claro"),
    "zoom": ("Whole picture", "Desenho inteiro"),
    "follow": ("Follow the session", "Seguir a sessão"),
    "continue": ("Continue", "Continuar"),
    "yes": ("Yes", "Sim"),
    "no": ("No", "Não"),
    "right": ("Is that right?", "Está certo?"),
    "optional": ("may stay open", "pode ficar em aberto"),
    "choose": ("Choose", "Escolher"),
    "not here": ("This script does not run here.", "Este roteiro não funciona aqui."),
    "ended": ("Over", "Fim"),
    "without end": ("Over without an end", "Fim sem encerramento"),
    "resting": ("The session rests and can be gone on with.", "A sessão descansa e pode continuar."),
    "outcome": ("Outcome", "Desfecho"),
    "disposition": ("Result", "Resultado"),
    "queue": ("To the queue", "Para a fila"),
    "actions": ("Done on the way", "Feito no caminho"),
    "spoken": ("Spoken", "Falado"),
    "keys": ("Keys", "Teclas"),
    "digits": ("Digits", "Dígitos"),
    "press": ("Press", "Teclar"),
    "said": ("What the caller says", "O que o cliente diz"),
    "silence": ("Says nothing", "Não responde"),
    "nonsense": ("Something else", "Outra coisa"),
    "person": ("A person, please", "Quero falar com alguém"),
    "hangup": ("Hangs up", "Desliga"),
    "pause": ("pause", "pausa"),
    "recording": ("recording", "gravação"),
    "one": ("1: that is right", "1: está certo"),
    "two": ("2: no", "2: não"),
    "stands": ("stands at", "está em"),
    "error": ("error", "erro"),
    "warning": ("warning", "aviso"),
    "line": ("line {line}", "linha {line}"),
    "wrong given": ("This does not fit:", "Isto não serve:"),
}
SPOKEN = ("continue", "yes", "no", "right", "optional", "one", "two")
"""What stands on the surfaces themselves: in the language of the session."""


def words_on(surface_language: str, page: Mapping[str, str]) -> dict[str, str]:
    """The page's words, those on the surfaces in the session's language where there are any."""
    main = surface_language.partition("-")[0].lower()
    own = words_in(main) if main in LANGUAGES else page
    return {**page, **{name: own[name] for name in SPOKEN}}


def words_in(language: str) -> dict[str, str]:
    """Every word of the page in a language, `en` or `pt`."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return {name: forms[place] for name, forms in _WORDS.items()}


def preferred(accepted: str) -> str:
    """The language of a browser's `Accept-Language` (RFC 9110, 12.5.4), taken in the order in which it is written."""
    for part in accepted.split(",")[:20]:
        main = part.partition(";")[0].strip().partition("-")[0].lower()
        if main in LANGUAGES:
            return main
    return "en"
