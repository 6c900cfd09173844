"""Sites of the transcripts, by the name that `@site` has."""

import msgspec

from server.config.site import SiteFile


def site_of(text: dict[str, object]) -> SiteFile:
    return msgspec.convert(text, SiteFile)


SITE = {
    "site": {"name": "Test", "country": "DE"},
    "sip": {"domain": "caruso.test"},
    "trunk": [{"name": "pstn", "target": "10.0.0.1:5060"}],
    "number": [{"dial": "800", "to": "queue:billing"}, {"dial": "801", "to": "queue:outages"}],
    "queue": [
        {"id": "billing", "ring_seconds": 15, "wrap_up_seconds": 30, "max_wait_seconds": 120},
        {"id": "outages", "strategy": "top-down", "priority": 5, "wrap_up_seconds": 10},
    ],
    "agent": [
        {"id": "ana", "queues": ["billing", "outages"]},
        {"id": "bruno", "queues": ["billing"], "phone": "sip:bruno@10.0.0.9"},
        {"id": "carla", "queues": ["outages"], "phone": "tel:+4930555"},
    ],
    "reason": [{"id": "break", "name": "Break"}],
    "result": [{"id": "solved", "name": "Solved"}],
}


RENAMED = {
    **SITE,
    "number": [{"dial": "800", "to": "queue:accounts"}, {"dial": "802", "to": "voicemail:night"}],
    "queue": [{"id": "accounts", "ring_seconds": 15, "wrap_up_seconds": 30, "max_wait_seconds": 120}],
    "agent": [agent | {"queues": ["accounts"]} for agent in SITE["agent"]],
    "mailbox": [{"id": "night"}],
}
"""`SITE` after `billing` was given another id, and `outages` was taken out with its number."""


SKILLS = {
    **SITE,
    "queue": [
        {
            "id": "support",
            "strategy": "fewest-calls",
            "sticky_seconds": 600,
            "ring_seconds": 15,
            "wrap_up_seconds": 10,
            "tier": [
                {"after_seconds": 0, "require": "english >= 5"},
                {"after_seconds": 30, "require": "english >= 3"},
            ],
            "caller_priority": [
                {"when": "segment == 'gold'", "add": 5},
                {"when": "number == '+4999'", "add": 10},
            ],
        },
        {"id": "turns", "strategy": "round-robin", "wrap_up_seconds": 0},
        {"id": "draws", "strategy": "weighted-random", "wrap_up_seconds": 0, "sticky_seconds": 600},
    ],
    "number": [{"dial": name, "to": f"queue:{name}"} for name in ("support", "turns", "draws")],
    "agent": [
        {"id": "ana", "phone": "sip:ana@10.0.0.1", "queues": ["support", "turns"], "skills": {"english": 7}},
        {"id": "bruno", "phone": "sip:bruno@10.0.0.2", "queues": ["support", "turns"], "skills": {"english": 4}},
        {"id": "carla", "phone": "sip:carla@10.0.0.3", "queues": ["support", "draws"], "weight": 3},
        {"id": "dora", "phone": "sip:dora@10.0.0.4", "queues": ["turns", "draws"], "skills": {"english": 2}},
    ],
}

WAITING = SITE | {
    "site": {"name": "Test", "country": "DE", "time_zone": "Europe/Berlin"},
    "number": [
        {"dial": str(800 + number), "to": f"queue:{queue}"}
        for number, queue in enumerate(["limited", "day", "crew", "night", "short"])
    ],
    "queue": [
        {
            "id": "limited", "ring_seconds": 15, "wrap_up_seconds": 10, "max_wait_seconds": 100, "max_waiting": 2,
            "when_full": "queue:night", "when_too_long": "queue:night",
            "exit": [
                {"key": "1", "to": "call-back"}, {"key": "2", "to": "number:+4930123"}, {"key": "9", "to": "goodbye"}
            ],
            "announce_position": True, "announce_wait": True,
            "announce_first_seconds": 10, "announce_every_seconds": 30,
            "call_back_typed": ["0"], "call_back_attempts": 2,
        },
        # the clock of the transcripts begins on a Friday at 9 in the morning, Berlin time
        {"id": "day", "hours": ["fri 09:00-09:10"], "when_closed": "number:+4930999"},
        {"id": "crew", "when_empty": "message:empty.wav", "max_waiting": 1, "when_full": "call-back"},
        {"id": "short", "max_wait_seconds": 20, "when_too_long": "call-back", "ring_seconds": 60},
        {"id": "night", "max_wait_seconds": 50, "max_waiting": 2, "when_full": "goodbye"},
    ],
    "agent": [
        {"id": "ana", "queues": ["limited", "night", "day"]},
        {"id": "bruno", "queues": ["limited", "crew"], "phone": "sip:bruno@10.0.0.9"},
        {"id": "dora", "queues": ["short"], "phone": "sip:dora@10.0.0.9"},
    ],
}  # fmt: skip
WATCHED = SITE | {
    "queue": [{"id": "billing", "wrap_up_seconds": 30}, {"id": "outages", "wrap_up_seconds": 0}],
    "agent": [
        {"id": "ana", "name": "Ana Souza", "queues": ["billing", "outages"], "phone": "sip:ana@10.0.0.8"},
        {"id": "sam", "name": "Sam Reis", "role": "supervisor", "phone": "sip:sam@10.0.0.9"},
        {"id": "uma", "role": "supervisor", "queues": ["billing"]},
        {"id": "tess", "role": "administrator", "phone": "tel:+4930777"},
        {"id": "bruno", "queues": ["billing"], "phone": "sip:bruno@10.0.0.7"},
    ],
}
TOGETHER = SITE | {
    "number": [
        {"dial": str(800 + n), "to": f"queue:{queue}"} for n, queue in enumerate(("all", "steps", "one", "back"))
    ],
    "queue": [
        {"id": "all", "strategy": "ring-all", "ring_seconds": 15, "wrap_up_seconds": 10, "ring_most_agents": 3},
        {"id": "steps", "strategy": "ring-progressively", "ring_seconds": 20, "ring_step_seconds": 6,
         "wrap_up_seconds": 10},
        {"id": "one", "priority": 5, "ring_seconds": 15, "wrap_up_seconds": 0},
        {"id": "back", "strategy": "ring-all", "ring_seconds": 15, "exit": [{"key": "1", "to": "call-back"}]},
    ],
    "agent": [
        {"id": "ana", "queues": ["all", "steps", "one"]},
        {"id": "bruno", "queues": ["all", "steps", "back"], "phone": "sip:bruno@10.0.0.9"},
        {"id": "carla", "queues": ["all", "steps", "back"], "phone": "sip:carla@10.0.0.9"},
        {"id": "dora", "queues": ["all"], "phone": "sip:dora@10.0.0.9"},
    ],
}  # fmt: skip
MAILBOXES = SITE | {
    "number": [
        {"dial": "800", "to": "queue:billing"},
        {"dial": "850", "to": "voicemail:bills"},
        {"dial": "851", "to": "voicemail:ana"},
        {"dial": "*97", "to": "voicemail"},
    ],
    "queue": [
        {"id": "billing", "ring_seconds": 15, "wrap_up_seconds": 30, "max_wait_seconds": 30,
         "when_too_long": "voicemail:bills", "exit": [{"key": "1", "to": "voicemail:bills"}]},
    ],
    "mailbox": [
        {"id": "bills", "number": "20", "pin": "4711", "max_messages": 3, "exit_to": "queue:billing"},
        {"id": "ana", "number": "21", "pin": "0815", "owner": "agent:ana"},
    ],
    "agent": [{"id": "ana", "queues": ["billing"], "phone": "sip:ana@10.0.0.9"}],
}  # fmt: skip
SITES = {"usual": SITE, "skills": SKILLS, "waiting": WAITING, "watched": WATCHED, "together": TOGETHER}
SITES["mailboxes"] = MAILBOXES
SITES["renamed"] = RENAMED
SITES["few"] = WAITING | {"web": {"call_backs_per_hour": 2}}
SITES["dialogs"] = SITE | {
    "number": [
        {"dial": "860", "to": "dialog:meter-reading", "otherwise": "queue:service"},
        {"dial": "861", "to": "dialog:meter-reading", "language": "ask"},
        {"dial": "862", "to": "dialog:not-there"},
        {"dial": "863", "to": "dialog:not-there", "otherwise": "number:+4930123"},
        {"dial": "870", "to": "queue:service"},
    ],
    "queue": [{"id": "service", "wrap_up_seconds": 30, "survey": "satisfaction-survey", "survey_key": "5"}],
    "agent": [{"id": "ana", "queues": ["service"], "phone": "sip:ana@10.0.0.9"}],
}
SITES["scripted"] = SITE | {
    "site": {"name": "Test", "country": "DE", "time_zone": "Europe/Berlin"},
    "number": [
        {"dial": str(900 + number), "to": to}
        for number, to in enumerate(["queue:service", "queue:crew", "queue:short", "voicemail:box"])
    ],
    "queue": [
        {"id": "service", "hours": ["fri 09:00-09:10"], "when_closed": "dialog:meter-reading"},
        {"id": "crew", "when_empty": "dialog:meter-reading", "max_waiting": 1, "when_full": "dialog:not-there"},
        {
            "id": "short", "max_wait_seconds": 20, "when_too_long": "dialog:satisfaction-survey", "ring_seconds": 15,
            "exit": [{"key": "5", "to": "dialog:meter-reading"}, {"key": "6", "to": "dialog:not-there"}],
        },
    ],
    "mailbox": [{"id": "box", "exit_to": "dialog:meter-reading"}],
    "agent": [
        {"id": "ana", "queues": ["service", "short"], "phone": "sip:ana@10.0.0.9"},
        {"id": "bruno", "queues": ["crew"], "phone": "sip:bruno@10.0.0.9"},
    ],
}  # fmt: skip
SITES["tasks"] = MAILBOXES | {
    "mailbox": [
        {"id": "bills", "number": "20", "pin": "4711", "owner": "queue:billing", "task_queue": "billing"},
        {"id": "ana", "number": "21", "pin": "0815", "owner": "agent:ana"},
    ],
    "queue": [{"id": "billing", "ring_seconds": 15, "wrap_up_seconds": 10, "call_back_retry_seconds": 60}],
    "agent": [
        {"id": "ana", "queues": ["billing"], "phone": "sip:ana@10.0.0.9"},
        {"id": "bia", "queues": ["billing"], "phone": "sip:bia@10.0.0.8"},
    ],
}
