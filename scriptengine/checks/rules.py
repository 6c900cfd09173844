"""What each code of a finding stands for, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from scriptengine.findings import Severity


class Rule(NamedTuple):
    """A kind of finding. `severity`: as it mostly is; single findings may be warnings."""

    title: str
    severity: Severity = "error"


CHECKS: Mapping[str, Rule] = {
    "D01": Rule("A node that can never be reached"),
    "D02": Rule("A dead end: nothing comes behind the node"),
    "D03": Rule("Ways that leave out an answer"),
    "D04": Rule("A way that an earlier one shadows"),
    "D05": Rule("A circle without a question, or without a way out"),
    "D06": Rule("A name that is not known"),
    "D07": Rule("A name used before it is answered on some path"),
    "D08": Rule("An expression that is none, or types that do not fit"),
    "D09": Rule("A condition that always or never holds"),
    "D10": Rule("A variable that is never read", "warning"),
    "D11": Rule("A class, attribute, service, operation or argument that does not exist"),
    "D12": Rule("A missing translation, or placeholders that differ"),
    "D13": Rule("A value in a text that may be empty", "warning"),
    "D14": Rule("Something the phone cannot do"),
    "D15": Rule("Something sensitive or for agents only, shown on the web"),
    "D16": Rule("A call that may be made twice, or fail unnoticed", "warning"),
    "D17": Rule("An end without disposition"),
    "D18": Rule("A sub-dialog that is not there, calls itself or has other parameters"),
    "D19": Rule("A node or way that no test covers", "warning"),
    "D20": Rule("A change that breaks the published version's statistics", "warning"),
}
LOADING: Mapping[str, Rule] = {
    "L01": Rule("A file that cannot be read, is empty or too large"),
    "L02": Rule("A character or encoding that cannot be read"),
    "L03": Rule("A file that is not XML"),
    "L04": Rule("A document type or entity that is not allowed"),
    "L05": Rule("A processing instruction"),
    "L06": Rule("Elements too deep or too many"),
    "L07": Rule("An element that is not known"),
    "L08": Rule("An element at a wrong place, or missing"),
    "L09": Rule("An attribute that is not known"),
    "L10": Rule("An attribute that is missing"),
    "L11": Rule("An attribute's value that is not allowed"),
    "L12": Rule("An id that is there twice"),
    "L13": Rule("A reference to nothing, or to something of another kind"),
    "L14": Rule("A number or pattern that cannot be used"),
    "L15": Rule("Another version of the language"),
    "L16": Rule("A name that is declared twice"),
    "L19": Rule("Something else that the DTD forbids"),
    "I01": Rule("A file of interfaces that cannot be read"),
    "I02": Rule("A file of interfaces that says something impossible"),
}
RULES: Mapping[str, Rule] = {**LOADING, **CHECKS}
