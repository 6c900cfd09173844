"""Writes docs/scripts-checks.md: every check with what it means, and a wrong and a right example from the tests.

Run it from the top of the repository: `python docs/script_checks.py`. A test tells when the page is not up to date.
"""

import difflib
import re
import sys
import textwrap
from pathlib import Path

_TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_TOP))

from scriptengine.checks.rules import CHECKS  # noqa: E402

_PAIRS = _TOP / "tests" / "scriptengine" / "checks" / "scripts"
PAGE = _TOP / "docs" / "scripts-checks.md"
_EXPECTED = re.compile(r"\s*<!-- expected: .*?-->")

_MEANINGS = {
    "D01": (
        "No session reaches the node on any channel: every way to it is missing, never taken, or on a channel "
        "where the node (or a group around it) does not exist. Of a group that is not reached only the group "
        "is told."
    ),
    "D02": "A session on some channel can leave the node and nothing follows in the document.",
    "D03": (
        "Some ways out of a node depend on the answer to a question with fixed answers (choice, yesno, "
        "consent), none has no condition, and for some answer none holds. It would go on in the order of the "
        "document, mostly by mistake."
    ),
    "D04": (
        "Whenever the way could be taken, an earlier one is: a way without condition, the `go` of a choice, "
        "the same condition, or earlier conditions that together are wider. A last way without condition is "
        "never objected to."
    ),
    "D05": (
        "Error: a circle of nodes in which nobody need be asked on some channel. Warning: questions from "
        "which no `<end>` can be reached any more. A repeated group has its own limit and is no circle."
    ),
    "D06": (
        "A name in an expression, `set`, `clear`, `result` or `given` that nothing declares, or a declaration "
        "of a name that is known everywhere (`caller queue agent channel language now`). An event that "
        "never happens, or a channel that nobody has (there are `desk`, `web` and `ivr`)."
    ),
    "D07": (
        "On some path to this place the name has not been given: the question was not asked, not on this "
        "channel, jumped over, cleared, or nobody keyed anything; or a variable that is set somewhere was not "
        "set yet. `answered(x) and ...`, `answered(x) ? x : null`, `x == null`, and `else` in a text are "
        "no use of it. Events can come before anything is asked."
    ),
    "D08": (
        "An expression that cannot be read, or values of kinds that do not fit: comparisons, conditions that "
        "are none, `set`, `default`, arguments, results, `load`, one name for answers of two types; a value for a "
        "variable that is worked out (`calc`). Warning: a `format` that there is not, or not for such a value."
    ),
    "D09": (
        "The condition is the same for every value that its names can have at this place. Looked at are the "
        "choices, `min` and `max`, and whether the name is surely answered there. Names that are computed "
        "with are not judged. Also: a question that has no answer (`min` above `max`, nothing to choose from)."
    ),
    "D10": "No expression reads the `<var>` (adding to itself is no use).",
    "D11": (
        "A class, attribute, type, service, operation, argument or result that the interfaces do not know, or "
        "an argument that must be there and is not. Customer, Contact and mail are always known; others stand "
        "in `interfaces.toml` beside the script or in `--interfaces FILE`."
    ),
    "D12": (
        "A text is there in one of the script's languages and not in another (texts for single channels count "
        "for these channels), or its `<value>`s are not the same in all languages. Warning: a "
        "button that only its attribute names, a text without a word, one in a language that the script is not in."
    ),
    "D13": (
        "A `<value>` in a text may be unanswered there (an optional question, an attribute, a variable "
        "without default), and no `else` says what stands there then."
    ),
    "D14": (
        "On the phone. Errors: memo, file, signature; free text that is not keyed in `digits`; more than nine "
        "choices; something sensitive that is spoken or read back. Warnings: clashing keys (0 and * are "
        "taken), no way out when nothing is keyed, more than 8 seconds to say (15 characters a second)."
    ),
    "D15": (
        "A text that the web shows holds something sensitive, something computed of it, the agent's own data, "
        "or the answer to a question that is only asked at the desk. Also: something sensitive that is saved "
        "into a customer's history (Contact), which all agents read."
    ),
    "D16": (
        "A call that is not idempotent and stands in a loop, or is done at once before a question from which "
        "one can go back; a call without `timeout`; a call that is done at once with neither `onerror` nor "
        '`<on event="error">`. A line of a customer\'s history (Contact) that is saved in a loop, or on the web or '
        'the phone without `<on event="error">` (it is kept only if it is known who is there); an attribute that '
        "is set although the server fills it."
    ),
    "D17": "The end stores no result.",
    "D18": (
        "The sub-dialog is not there (beside the script, by file or id, in that version), calls this script "
        "again, or takes and gives other names or types."
    ),
    "D19": (
        "No test in the script comes to the node or takes the way. Only told for scripts without errors; what "
        "follows from silence, buttons and events cannot be tested and is not counted. Ways in the order of "
        "the document are not counted either."
    ),
    "D20": (
        "With `--published OLD.xml|DIR` (a script, or the folder of all published ones): a question or "
        "end is gone or of another kind, a choice is gone, a type, "
        "name, outcome or disposition has changed, or the script has changed under the same version."
    ),
}
_SHOWN = {
    "D01": "jumped-over", "D02": "last-has-no-next", "D03": "choice-without-go", "D04": "choice-goes-itself",
    "D05": "block-goes-to-itself", "D06": "misspelt-in-a-condition", "D07": "jumped-over", "D08": "number-in-quotes",
    "D09": "no-such-choice", "D10": "never-used", "D11": "attribute", "D12": "label", "D13": "attribute",
    "D14": "secret-confirmed", "D15": "secret-shown", "D16": "before-a-question", "D17": "no-disposition",
    "D18": "unknown-argument", "D19": "node-and-way", "D20": "another-disposition",
}  # fmt: skip
_HEAD = """# Checks of dialog scripts

`caruso script lint FILE...` needs no site and no server. It tells every finding with file, line and column, what is
wrong and what to write instead; `--json` as one array, `--sarif` for editors. Exit status: 0 without errors, 1 with
errors, 2 when a file cannot be read. What already the DTD forbids has codes that begin with L.

All checks are computed on the ways through the script, channel by channel, and on types. How things are called changes
nothing. *Made by `docs/script_checks.py` from the pairs of scripts in `tests/scriptengine/checks/scripts/`.*
"""


def page() -> str:
    """The whole page."""
    table = ["| code | finding | mostly |", "|---|---|---|"]
    table += [f"| [{code}](#{code.lower()}) | {rule.title} | {rule.severity} |" for code, rule in CHECKS.items()]
    parts = [_HEAD, "\n".join(table) + "\n"]
    for code, rule in CHECKS.items():
        meaning = textwrap.fill(f"**{rule.title}.** {_MEANINGS[code]}", 118, break_on_hyphens=False)
        parts.append(f"## {code}\n\n{meaning}\n\n{_example(code)}")
    return "\n".join(parts)


def _example(code: str) -> str:
    wrong, right = (_lines(code, kind) for kind in ("wrong", "right"))
    shown = [line for line in difflib.ndiff(wrong, right) if line[:2] in ("- ", "+ ")]
    return f"Wrong (-) and right (+):\n\n```diff\n{chr(10).join(_cut(line) for line in shown)}\n```\n"


def _cut(line: str) -> str:
    return f"{line[:1]} {line[2:].strip()}"


def _lines(code: str, kind: str) -> list[str]:
    text = (_PAIRS / f"{code}-{_SHOWN[code]}.{kind}.xml").read_text(encoding="utf-8")
    return _EXPECTED.sub("", text).splitlines()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
