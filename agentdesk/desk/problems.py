"""Refusals of the server in the agent's words; what is not here is told in the server's own sentence."""

from agentdesk.words import QT_TR_NOOP, Words

PROBLEMS = {
    "bad-digits": QT_TR_NOOP("these keys cannot be sent."),
    "digits-invalid": QT_TR_NOOP("these keys cannot be sent."),
    "card-empty": QT_TR_NOOP("a card needs a name or a telephone number."),
    "card-too-long": QT_TR_NOOP("the card has too many numbers."),
    "customer-unknown": QT_TR_NOOP("this customer does not exist any more."),
    "file-kind": QT_TR_NOOP("a file is a picture or a PDF."),
    "file-large": QT_TR_NOOP("the file is too large."),
    "file-many": QT_TR_NOOP("no more files are taken for this conversation."),
    "file-not-asked": QT_TR_NOOP("the script has moved on; please look again."),
    "file-not-kept": QT_TR_NOOP("the server could not store the file; please try again."),
    "file-not-sent": QT_TR_NOOP("the connection broke off; please try again."),
    "too-many-uploads": QT_TR_NOOP("too much is being sent just now; please try again."),
    "file-gone": QT_TR_NOOP("the file is not on the server any more."),
    "file-not-fetched": QT_TR_NOOP("the connection broke off; please try again."),
    "file-not-stored": QT_TR_NOOP("it cannot be stored on this computer."),
    "file-unreadable": QT_TR_NOOP("the file cannot be read."),
    "internal-error": QT_TR_NOOP("the server could not do it just now; please try again."),
    "no-message": QT_TR_NOOP("this message is gone."),
    "no-message-heard": QT_TR_NOOP("pick up your phone and hear the message first."),
    "no-number": QT_TR_NOOP("the caller's number is not known."),
    "no-queue": QT_TR_NOOP("you are in no queue in which the call could be counted."),
    "log-in-failed": QT_TR_NOOP("user or password is wrong."),
    "too-many-log-ins": QT_TR_NOOP("there were too many attempts; please wait a minute."),
    "no-server-of-ours": QT_TR_NOOP(
        "what answers there is no Caruso server ({detail}); is it https:// in the address?"
    ),
    "server-moved": QT_TR_NOOP("the server is elsewhere; write {detail} as its address."),
    "not-free": QT_TR_NOOP("be ready and free to call back."),
    "taken": QT_TR_NOOP("a colleague calls back already."),
    "no-call": QT_TR_NOOP("there is no call."),
    "no-wrap-up": QT_TR_NOOP("the wrap-up is over."),
    "not-your-call": QT_TR_NOOP("this call is not yours any more."),
    "notes-too-long": QT_TR_NOOP("the notes are too long."),
    "text-too-long": QT_TR_NOOP("the text is too long."),
    "script-failed": QT_TR_NOOP("the server could not begin the script."),
    "no-talk": QT_TR_NOOP("there is no talk to pass on."),
    "not-now": QT_TR_NOOP("the server starts or ends just now; please try again."),
    "queue-cannot": QT_TR_NOOP("that queue takes nobody just now; the customer is still yours."),
    "script-no-queue": QT_TR_NOOP("the script does not say where to."),
    "unknown-queue": QT_TR_NOOP("that queue does not exist; the customer is still yours."),
    "script-no-script": QT_TR_NOOP("no script of that name is published."),
    "script-no-service": QT_TR_NOOP("the service that runs scripts is not there."),
    "script-no-session": QT_TR_NOOP("the script's session is gone."),
    "script-not-begun": QT_TR_NOOP("the script has not begun yet."),
    "script-not-here": QT_TR_NOOP("the script is not for the desk."),
    "script-not-kept": QT_TR_NOOP("the answer could not be stored; please try again."),
    "script-stale": QT_TR_NOOP("the script has moved on; please look again."),
    "too-fast": QT_TR_NOOP("that was too fast; please slow down."),
    "too-many-unanswered": QT_TR_NOOP("that was too fast; please slow down."),
    "unknown-message": QT_TR_NOOP("this message is gone."),
    "unknown-result": QT_TR_NOOP("this result does not exist any more."),
    "unknown-reason": QT_TR_NOOP("this reason does not exist any more."),
}


def sentence(problem: str, detail: str, words: Words) -> str:
    """Why something was not done."""
    return words.tr(PROBLEMS[problem], detail=detail) if problem in PROBLEMS else detail or problem
