"""The desk's keys: one table from which buttons, menus and the list of keys are made.

Each is a function key or carries a modifier, so that none of them can be typed by accident into the notes; only `?`,
which lists the keys, is a plain one, and it counts only outside of text fields.
"""

from agentdesk.words import QT_TR_NOOP

HELP, READY, NOT_READY, AFTER_CALL = "F1", "F2", "F3", "F4"
ANSWER, HOLD, MUTE, KEYPAD, EXTEND, SOUND, HANG_UP = "F5", "F6", "F7", "F9", "F10", "F11", "F12"
SEARCH, NOTES, RESULTS, HISTORY, FINISH = "Ctrl+K", "Ctrl+N", "Ctrl+D", "Ctrl+H", "Ctrl+Return"
EDIT_CARD, NEW_CARD = "Ctrl+E", "Alt+0"
SAVE_CARD, TRY_NOW, DISMISS, LOG_OUT, SEEN = "Ctrl+S", "Ctrl+R", "Ctrl+.", "Ctrl+Q", "Ctrl+M"
FORWARD, BACK, JUMP, HINTS, SCRIPT, LEAVE_SCRIPT = "Alt+Right", "Alt+Left", "Ctrl+J", "Ctrl+I", "Ctrl+G", "Ctrl+L"
FORWARD_SHOWN, BACK_SHOWN = "Alt+→", "Alt+←"
MESSAGES, OPEN_FILE = "Ctrl+B", "Ctrl+O"
LARGER, SMALLER, NORMAL_SIZE = "Ctrl++", "Ctrl+-", "Ctrl+0"

TABLE: tuple[tuple[str, str], ...] = (
    (ANSWER, QT_TR_NOOP("Answer the call")),
    (HOLD, QT_TR_NOOP("Hold, and take back")),
    (MUTE, QT_TR_NOOP("Mute, and speak again")),
    (KEYPAD, QT_TR_NOOP("Show or hide the keypad")),
    (HANG_UP, QT_TR_NOOP("Hang up")),
    (READY, QT_TR_NOOP("Be ready")),
    (NOT_READY, QT_TR_NOOP("Be not ready, with a reason")),
    (AFTER_CALL, QT_TR_NOOP("Choose what comes after this call")),
    (NOTES, QT_TR_NOOP("Go to the notes")),
    (RESULTS, QT_TR_NOOP("Choose the result")),
    (FINISH, QT_TR_NOOP("Finish the wrap-up")),
    (EXTEND, QT_TR_NOOP("30 seconds more wrap-up")),
    (SEARCH, QT_TR_NOOP("Find a customer, an action or a result")),
    (HISTORY, QT_TR_NOOP("Go to the customer's history")),
    ("Alt+1…9", QT_TR_NOOP("Give that answer of the script")),
    (FORWARD_SHOWN, QT_TR_NOOP("Go on in the script")),
    (BACK_SHOWN, QT_TR_NOOP("Go back in the script")),
    (SCRIPT, QT_TR_NOOP("Go to the script's field")),
    (JUMP, QT_TR_NOOP("Jump to another place in the script")),
    (HINTS, QT_TR_NOOP("Show or hide the script's hints")),
    (LEAVE_SCRIPT, QT_TR_NOOP("Leave the script")),
    (OPEN_FILE, QT_TR_NOOP("Open a file that was attached")),
    ("Ctrl+1…9", QT_TR_NOOP("Choose one of several customers")),
    (NEW_CARD, QT_TR_NOOP("None of them: a new card")),
    (EDIT_CARD, QT_TR_NOOP("Change the customer's card")),
    (SAVE_CARD, QT_TR_NOOP("Save the customer's card")),
    (SOUND, QT_TR_NOOP("Microphone, loudspeaker and ring")),
    ("Ctrl +  −  0", QT_TR_NOOP("Larger, smaller, normal text")),
    (TRY_NOW, QT_TR_NOOP("Reconnect now")),
    (DISMISS, QT_TR_NOOP("Close the notice")),
    (MESSAGES, QT_TR_NOOP("Go to the voice messages")),
    (SEEN, QT_TR_NOOP("Say that the message was seen")),
    (LOG_OUT, QT_TR_NOOP("Log out and close")),
    ("?  F1", QT_TR_NOOP("List the keys")),
)
