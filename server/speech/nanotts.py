"""The process in which py-nanotts speaks: text on standard input, 16-bit mono at 16 kHz on standard output."""

import sys


def main(words: list[str]) -> int:
    """Speak with the voice that the first word names."""
    import py_nanotts  # heavy, and only this process may load it

    sys.stdout.buffer.write(py_nanotts.NanoTTS().speak(sys.stdin.buffer.read().decode(), voice=words[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
