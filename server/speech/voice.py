"""Text to speech with espeak-ng, and the texts of our prompts."""

import shutil
import subprocess
import tempfile
from pathlib import Path

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
        "press-1-to-accept": "Press one to accept the call.",
        "call-from": "Call from",
        "unknown-number": "an unknown number.",
        "plus": "plus",
        "demo-customer": "Hello. I have moved to a new flat, and I would like to tell you what my meter shows today.",
        "demo-agent": "Good day. Thank you for calling. I am looking at your contract now. One moment, please.",
    },
    "pt": {
        "greeting": "Bem-vindo. Todos os nossos atendentes estão ocupados. Por favor, aguarde na linha.",
        "goodbye": "Lamentamos não poder atender a sua ligação. Por favor, tente mais tarde. Até logo.",
        "closed": "No momento estamos fechados. Por favor, ligue em nosso horário de atendimento. Até logo.",
        "press-1-to-accept": "Tecle um para aceitar a ligação.",
        "call-from": "Ligação de",
        "unknown-number": "um número desconhecido.",
        "plus": "mais",
        "demo-customer": "Olá. Eu me mudei para um apartamento novo e gostaria de informar a leitura do medidor.",
        "demo-agent": "Bom dia. Obrigado por ligar. Estou vendo o seu contrato agora. Um momento, por favor.",
    },
}
DIGITS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "pt": ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"),
}


class VoiceMissing(Exception):
    """The speech program is not there, or failed; the text says what to do."""


def prompts(language: str) -> dict[str, str]:
    """Name (path without `.wav`) and text of every prompt of a language; KeyError for a language we do not speak."""
    return PROMPTS[language] | {f"digits/{digit}": word for digit, word in enumerate(DIGITS[language])}


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
