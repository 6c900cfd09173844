"""Ports: what the edges offer to one another, as Protocols. Implemented in the edges, faked in the tests.

Awaitables are Twisted Deferreds in the running core; these modules do not need to know. A module here holds the
Protocols of one subject and the structs that only they use; whoever needs one imports it from this package.
"""

from server.call.ports.access import (
    Accounts as Accounts,
    BindingStore as BindingStore,
    Credentials as Credentials,
    OpenedSession as OpenedSession,
    Session as Session,
    SessionCredentials as SessionCredentials,
    Sessions as Sessions,
    StoredBinding as StoredBinding,
)
from server.call.ports.cards import (
    CardAddress as CardAddress,
    CardPool as CardPool,
    Ringer as Ringer,
    Telephony as Telephony,
)
from server.call.ports.customers import (
    Customers as Customers,
)
from server.call.ports.figures import (
    Figures as Figures,
    FigureValues as FigureValues,
    MonitorStore as MonitorStore,
    RecordJson as RecordJson,
    Records as Records,
    Reports as Reports,
)
from server.call.ports.messages import (
    Mail as Mail,
    MailStore as MailStore,
    Voicemail as Voicemail,
)
from server.call.ports.switchboard import (
    FactsHeldBack as FactsHeldBack,
    Ledger as Ledger,
    Subscriber as Subscriber,
    Switchboard as Switchboard,
)
