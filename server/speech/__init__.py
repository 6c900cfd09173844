"""What callers hear from us: prompts, music and tones, all made by the project itself.

What lives here: `sounds` (which files for which occasion), the shipped WAV files in `sounds/` (8 kHz, 16 bit, mono, at
-20 dBFS), and what made them: `make_sounds` (run `python -m server.speech.make_sounds`), `voice` and
`prompts_voicemail` (their texts), `music` (hold music and tones), `long_loops` (music as a file that lasts),
`samples` (levels, trimming, WAV). For texts of the company's own: `voices` (text to speech by others; `nanotts` is a
process of its own) and `prompt_cache` (files found by what they say, at 8 and 16 kHz). Speech is synthesised
when the sounds are published, never during a call. What may not live here: playing (line cards do that), anything that
knows a call.
"""
