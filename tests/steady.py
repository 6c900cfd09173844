"""The same generated examples each time, whatever else is imported.

Hypothesis draws some values from the constants of the modules that are loaded (`HypothesisProvider._local_constants`).
With `derandomize=True` alone a test's examples still change with the selection of tests, and with every number and word
that somebody writes anywhere in the program. There is no setting for it. `tests/test_steady_examples.py` shows that it
holds.
"""

from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

NO_WORDS = Constants()


def take_no_words_of_ours() -> None:
    """From now on examples depend on their test alone."""
    HypothesisProvider._local_constants = NO_WORDS
