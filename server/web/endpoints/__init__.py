"""The table of endpoints: what there is, who may use it, what goes in and comes out. Routes and OpenAPI follow it.

What lives here: `words` (how one is written down) and the table, by subject. What may not live here: what endpoints do.
"""

from server.web.endpoints.figures import FIGURES
from server.web.endpoints.files import FILES
from server.web.endpoints.floor import FLOOR
from server.web.endpoints.house import HOUSE
from server.web.endpoints.mailboxes import MAILBOXES
from server.web.endpoints.pages import DIALOG_PAGES, PAGES
from server.web.endpoints.words import Also, Endpoint, Query

ENDPOINTS: tuple[Endpoint, ...] = (*FLOOR, *MAILBOXES, *FIGURES, *HOUSE, *PAGES, *FILES)

__all__ = ["DIALOG_PAGES", "ENDPOINTS", "Also", "Endpoint", "Query"]
