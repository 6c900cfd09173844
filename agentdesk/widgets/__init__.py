"""The desk's window.

What lives here: Qt widgets that show a `View` and report the agent's actions through `Press`; `theme` and `icons`.
What may not live here: rules (they are in `agentdesk.desk`), network, files. Texts are said by `Words`.
"""

from collections.abc import Callable

from agentdesk.desk.actions import Action

Press = Callable[[Action], None]
