"""Skills, tiers and callers' priorities that cannot be are named with their place and their cure."""

from pathlib import Path

import pytest

from server.config.load import check_site

HEAD = """
[[number]]
dial = "800"
to = "queue:help"
[[agent]]
id = "ana"
queues = ["help"]
skills = { english = 7 }
"""
QUEUE = '[[queue]]\nid = "help"\n'
TIER = "[[queue.tier]]\n"


def errors(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    file = tmp_path / "site.toml"
    file.write_text(text, encoding="utf-8")
    _, findings = check_site(file)
    return [(found.path, found.message, found.cure) for found in findings if found.severity == "error"]


def test_a_whole_distribution_is_understood(tmp_path: Path) -> None:
    text = (
        HEAD
        + "penalties = { help = 3 }\nweight = 5\n"
        + QUEUE
        + 'strategy = "weighted-random"\nsticky_seconds = 600\n'
        + TIER
        + 'require = "english >= 5"\n'
        + TIER
        + 'after_seconds = 30\nrequire = "english >= 3"\n'
        + "[[queue.caller_priority]]\nwhen = \"segment == 'gold' or number == '+4930'\"\nadd = 5\n"
    )
    assert errors(tmp_path, text) == []


@pytest.mark.parametrize(
    ("queue", "path", "words"),
    [
        (TIER + 'require = "english >="\n', "queue[0].tier[0].require", "cannot be used"),
        (TIER + 'require = "englich >= 5"\n', "queue[0].tier[0].require", "englich"),
        (TIER + 'require = "english + 1"\n', "queue[0].tier[0].require", "a yes or no"),
        (TIER + 'require = ""\n', "queue[0].tier[0].require", "empty"),
        (TIER + 'after_seconds = 5\nrequire = "english > 1"\n', "queue[0].tier[0]", "first 5 s"),
        (TIER + 'after_seconds = -1\nrequire = "english > 1"\n', "queue[0].tier[0].after_seconds", "out of range"),
        (
            TIER + 'require = "english > 5"\n' + TIER + 'require = "english > 1"\n',
            "queue[0].tier[1].after_seconds",
            "does not come after",
        ),
        ("[[queue.caller_priority]]\nwhen = \"sgment == 'gold'\"\n", "queue[0].caller_priority[0].when", "sgment"),
        (
            "[[queue.caller_priority]]\nwhen = \"segment == 'gold'\"\nadd = 500\n",
            "queue[0].caller_priority[0].add",
            "out of range",
        ),
        ("sticky_seconds = -5\n", "queue[0].sticky_seconds", "out of range"),
    ],
)
def test_an_error_is_named(tmp_path: Path, queue: str, path: str, words: str) -> None:
    found = errors(tmp_path, HEAD + QUEUE + queue)
    assert [one[0] for one in found][:1] == [path]
    assert words in found[0][1]
    assert found[0][2]


def test_penalties_are_for_queues_of_the_agent(tmp_path: Path) -> None:
    found = errors(tmp_path, HEAD + "penalties = { halp = 3, help = 101 }\nweight = 0\n" + QUEUE)
    assert sorted(one[0] for one in found) == [
        "agent[0].penalties.halp", "agent[0].penalties.help", "agent[0].weight"
    ]  # fmt: skip
