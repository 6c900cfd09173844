"""Answers: what was typed, clicked or keyed made a value of the question's type, or a problem that people understand.

What lives here: `coercing` (values from outside), `patterns` (regular expressions that cannot run away), `kinds` (each
type of question), `limits` (length, pattern, smallest, largest), `keys` (digits of the phone), `problems` (sentences).
What may not live here: the state of a session; what expressions say (`interpreter` asks them).
"""
