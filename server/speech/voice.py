"""Text to speech with espeak-ng, and the texts of our prompts."""

import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

from server.ivr.spoken import PAUSE, moment
from server.speech.prompts_voicemail import VOICEMAIL
from server.speech.samples import Samples, at_8_khz, read_wav, trimmed

VOICES = {"en": "en-gb", "pt": "pt-br"}
WORDS_PER_MINUTE = 150
SYNTHESIS_SECONDS = 30
"""A synthesis that takes longer has failed."""

PROMPTS: dict[str, dict[str, str]] = {
    "en": {
        "greeting": "Welcome. All our agents are talking. Please hold the line.",
        "goodbye": "We are sorry that nobody could take your call. Please try again later. Goodbye.",
        "closed": "We are closed at the moment. Please call again during our opening hours. Goodbye.",
        "full": "Too many callers are waiting at the moment. Please try again later. Goodbye.",
        "your-place": "Your place in the queue is number",
        "wait-about": "Your expected waiting time is about",
        "minutes": "minutes.",
        "wait-one-minute": "Your expected waiting time is about one minute.",
        "wait-less-than-a-minute": "Your expected waiting time is less than one minute.",
        "wait-more-than-an-hour": "Your expected waiting time is more than one hour.",
        "call-back-press": "To be called back without losing your place, press",
        "star": "star",
        "hash": "hash",
        "call-back-number": "We will call you back at",
        "call-back-confirm": "Press one to confirm.",
        "call-back-other": "For another number, type it now, and then the hash key.",
        "call-back-enter": "Please type the number at which we can call you back, and then the hash key.",
        "call-back-refused": "We cannot call that number.",
        "call-back-thanks": "Thank you. You keep your place, and we will call you back. Goodbye.",
        "press-1-to-accept": "Press one to accept the call.",
        "call-from": "Call from",
        "unknown-number": "an unknown number.",
        "plus": "plus",
        "one-moment": "One moment, please.",
        "dialog-trouble": (
            "We are sorry. Something is not working here, and nobody can take your call now. "
            "Please try again later. Goodbye."
        ),
        "dialog-goes-on": "We are sorry. Something is not working here. We pass you on.",
        "survey-press": "To take part in a short survey after the call, press",
        "survey-thanks": "Thank you. Please stay on the line after the call.",
        "survey-question": "Before you go: to take part in a short survey about this call, press",
        "survey-goodbye": "Thank you for your call. Goodbye.",
        **VOICEMAIL["en"],
        "demo-customer": "Hello. I have moved to a new flat, and I would like to tell you what my meter shows today.",
        "demo-agent": "Good day. Thank you for calling. I am looking at your contract now. One moment, please.",
    },
    "pt": {
        "greeting": "Bem-vindo. Todos os nossos atendentes estão ocupados. Por favor, aguarde na linha.",
        "goodbye": "Lamentamos não poder atender a sua ligação. Por favor, tente mais tarde. Até logo.",
        "closed": "No momento estamos fechados. Por favor, ligue em nosso horário de atendimento. Até logo.",
        "full": "No momento há muitas pessoas na fila. Por favor, tente mais tarde. Até logo.",
        "your-place": "A sua posição na fila é número",
        "wait-about": "O tempo de espera previsto é de cerca de",
        "minutes": "minutos.",
        "wait-one-minute": "O tempo de espera previsto é de cerca de um minuto.",
        "wait-less-than-a-minute": "O tempo de espera previsto é de menos de um minuto.",
        "wait-more-than-an-hour": "O tempo de espera previsto é de mais de uma hora.",
        "call-back-press": "Para receber uma ligação nossa sem perder o lugar na fila, tecle",
        "star": "asterisco",
        "hash": "jogo da velha",
        "call-back-number": "Vamos ligar para o número",
        "call-back-confirm": "Tecle um para confirmar.",
        "call-back-other": "Para outro número, digite o número agora e depois tecle jogo da velha.",
        "call-back-enter": "Por favor, digite o número para o qual devemos ligar e depois tecle jogo da velha.",
        "call-back-refused": "Não podemos ligar para esse número.",
        "call-back-thanks": "Obrigado. O seu lugar na fila está guardado, e ligaremos em seguida. Até logo.",
        "press-1-to-accept": "Tecle um para aceitar a ligação.",
        "call-from": "Ligação de",
        "unknown-number": "um número desconhecido.",
        "plus": "mais",
        "one-moment": "Um momento, por favor.",
        "dialog-trouble": (
            "Desculpe. Algo não está funcionando aqui, e ninguém pode atender a sua ligação agora. "
            "Por favor, tente mais tarde. Até logo."
        ),
        "dialog-goes-on": "Desculpe. Algo não está funcionando aqui. Vamos transferir a sua ligação.",
        "survey-press": "Para participar de uma breve pesquisa depois da ligação, tecle",
        "survey-thanks": "Obrigado. Por favor, continue na linha depois da ligação.",
        "survey-question": "Antes de desligar: para participar de uma breve pesquisa sobre esta ligação, tecle",
        "survey-goodbye": "Obrigado pela sua ligação. Até logo.",
        **VOICEMAIL["pt"],
        "demo-customer": "Olá. Eu me mudei para um apartamento novo e gostaria de informar a leitura do medidor.",
        "demo-agent": "Bom dia. Obrigado por ligar. Estou vendo o seu contrato agora. Um momento, por favor.",
    },
}
DIGITS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "pt": ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"),
}


_ENGLISH = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_PORTUGUESE = (
    "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito "
    "dezenove vinte"
)
NUMBERS = {"en": _ENGLISH.split(" "), "pt": _PORTUGUESE.split(" ")}
"""1 to 20, as they are counted; masculine in Portuguese."""
TENS = {
    "en": ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
    "pt": ("vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"),
}
AND = {"en": "", "pt": " e"}
"""Stands between tens and ones."""


def numbers(language: str) -> dict[str, str]:
    """Name and text of the clips of which 1 to 99 are made: `numbers/7`, `numbers/30`, `numbers/30-and` before ones."""
    clips = {f"numbers/{number}": word for number, word in enumerate(NUMBERS[language], 1)}
    for number, word in zip(range(20, 100, 10), TENS[language], strict=True):
        clips[f"numbers/{number}"] = word
        clips[f"numbers/{number}-and"] = word + AND[language]
    return clips


def moments(language: str) -> dict[str, str]:
    """Name and text of the clips of which days and times of day are made: `moments/twenty-first`."""
    days = {piece for month in range(1, 13) for day in range(1, 32) for piece in moment(month, day, 0, 0, language)}
    times = {piece for minute in range(1440) for piece in moment(1, 1, *divmod(minute, 60), language)}
    return {clip_of_moment(piece): piece for piece in sorted((days | times) - {PAUSE})}


def clip_of_moment(piece: str) -> str:
    """Name of the clip that says a piece of a day or time: its letters without accents."""
    plain = unicodedata.normalize("NFKD", piece.lower()).encode("ascii", "ignore").decode()
    return "moments/" + plain.replace(".", "").replace(" ", "-")


class VoiceMissing(Exception):
    """The speech program is not there, or failed; the text says what to do."""


def prompts(language: str) -> dict[str, str]:
    """Name (path without `.wav`) and text of every prompt of a language; KeyError for a language we do not speak."""
    digits = {f"digits/{digit}": word for digit, word in enumerate(DIGITS[language])}
    return PROMPTS[language] | digits | numbers(language) | moments(language)


def spoken(text: str, language: str) -> Samples:
    """`text`, spoken, at 8 kHz without silence at its ends; VoiceMissing if espeak-ng cannot do it."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise VoiceMissing("espeak-ng is not installed; install it (apt-get install espeak-ng)")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        command = [program, "-v", VOICES[language], "-s", str(WORDS_PER_MINUTE), "-g", "2", "-w", str(path), "--", text]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SYNTHESIS_SECONDS, check=False)
        if done.returncode != 0 or not path.exists():
            raise VoiceMissing(f"espeak-ng failed: {done.stderr.strip() or f'exit status {done.returncode}'}")
        samples, rate_hz = read_wav(path)
    return trimmed(at_8_khz(samples, rate_hz))
