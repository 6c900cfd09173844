"""What the house knows of an action without carrying it out. [pure]"""

from scriptengine.interfaces import Interfaces
from scriptengine.interpreter import Perform
from server.call.dialog_store import KeptDialog
from server.call.dialogs import Saver

MAIL = "mail"


def is_repeatable(perform: Perform) -> bool:
    """Whether an action whose result is not known may be asked for again: it does no more than once was asked for, or
    it is a mail, of which the queue keeps one for each key."""
    return perform.is_idempotent or perform.service == MAIL


def name_of(perform: Perform) -> str:
    """An action as people and facts call it."""
    if perform.kind == "call":
        return f"{perform.service}.{perform.operation}"
    return f"{perform.kind} {perform.class_name}"


def place_of(ident: str) -> str:
    """An action's id without the digest of what it was given: a card's number could be searched for with that."""
    return ident.rpartition(":")[0] or ident


def saver_of(perform: Perform, kept: KeptDialog) -> Saver:
    """For whom a session's action saves."""
    return Saver(key=place_of(perform.id), channel=kept.channel, customer=kept.customer, agent=kept.agent)


def version_of(perform: Perform, interfaces: Interfaces) -> str:
    """The version of the service that is asked: the action's own, the one its interface was written for, or any."""
    declared = interfaces.services.get(perform.service)
    return perform.version or (declared.version if declared is not None else "")
