"""`make bench [ONLY=name]`: measures and prints one JSON line for each figure, with its target.

CPU is user and system time of all processes of the house; the load generator's own is not counted, but it shares the
machine's cores, so rates are lower bounds.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import (
    calls,
    cards,
    conversations,
    core_calls,
    dialogs,
    edge,
    floor,
    hand_over,
    reports,
    rules,
    saturation,
    scripts,
    scripts_by_phone,
)
from tests.bench.say import progress

MEASUREMENTS = {
    "cpu-per-call": calls.cpu_per_call,
    "card-milliseconds-per-conversation": cards.card_cost,
    "agent-free-to-invite": hand_over.agent_free_to_invite,
    "floor-decisions": floor.floor_decisions,
    "rules-per-call": rules.rules_per_call,
    "edge-microseconds-per-call": edge.edge_per_call,
    "core-microseconds-per-call": core_calls.core_microseconds_per_call,
    "reports": reports.reports_from_parts,
    "lint-2000-nodes": scripts.lint_of_2000_nodes,
    "graph-2000-nodes": scripts.graph_of_2000_nodes,
    "calls-per-second": saturation.calls_per_second,
    "cost-of-a-conversation": conversations.cost_of_a_conversation,
    "conversations-at-once": conversations.conversations_at_once,
    "script-steps": dialogs.script_steps,
    "script-by-phone": scripts_by_phone.phone_scripts,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[[], *MEASUREMENTS], help="names of measurements (default: all)")
    chosen = parser.parse_args().only or list(MEASUREMENTS)
    for name in chosen:
        progress(f"measuring {name} ...")
        with tempfile.TemporaryDirectory(prefix="caruso-bench-") as folder:
            MEASUREMENTS[name](Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
