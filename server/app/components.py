"""The components of a core, by name, and the order in which they end."""

from server.app.commanding import control
from server.app.deciding import acd
from server.app.desks import desk
from server.app.dialogs import dialogs
from server.app.figures import figures
from server.app.mailing import mail
from server.app.message_mails import message_mails
from server.app.pages import web
from server.app.reporting import reports
from server.app.scheduled import scheduled_reports
from server.app.storing import storage
from server.app.telephones import edge, telephony

COMPONENTS = {
    "storage": storage,
    "acd": acd,
    "figures": figures,
    "reports": reports,
    "telephony": telephony,
    "edge": edge,
    "desk": desk,
    "web": web,
    "control": control,
    "mail": mail,
    "dialogs": dialogs,
    "scheduled-reports": scheduled_reports,
    "message-mails": message_mails,
}
ENDING_ORDER = (
    "web", "desk", "control", "edge", "telephony", "figures", "scheduled-reports", "message-mails", "reports",
    "dialogs", "acd", "mail", "storage",
)  # fmt: skip
