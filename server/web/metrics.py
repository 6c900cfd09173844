"""`/metrics` in the text format of Prometheus. Figures are read when they are asked for, never pushed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.call.ports import Switchboard

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Reading = float | Mapping[tuple[str, ...], float]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. `read` gives a number, or with `labels` a number for each combination of their values.

    `name` is without the prefix `caruso_`; a counter's name is without `_total`.
    """

    name: str
    help: str
    read: Callable[[], Reading]
    kind: Literal["counter", "gauge"] = "gauge"
    labels: Sequence[str] = ()


class _Figures(Collector):
    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = list(figures)

    def collect(self) -> Iterator[Metric]:
        for figure in self._figures:
            family = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
            metric = family(f"caruso_{figure.name}", figure.help, labels=list(figure.labels))
            reading = figure.read()
            readings = reading if isinstance(reading, Mapping) else {(): reading}
            for labels, value in readings.items():
                metric.add_metric(list(labels), value)
            yield metric


class Metrics:
    """The process's own figures and those that are handed in."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._registry.register(_Figures(figures))

    def text(self) -> bytes:
        """All of them, read now."""
        return generate_latest(self._registry)


def floor_figures(switchboard: Switchboard, wall: Callable[[], float]) -> list[Figure]:
    """Agents, queues and live calls."""

    def longest() -> Reading:
        now = wall()
        return {
            (queue.id,): max(0.0, now - queue.longest_since) if queue.longest_since is not None else 0.0
            for queue in switchboard.queues()
        }

    def agents() -> Reading:
        return Counter((str(a.presence), str(a.work_state), str(a.reachable).lower()) for a in switchboard.agents())

    return [
        Figure(
            name="agents",
            help="Agents by presence, work state and whether they can be reached.",
            labels=("presence", "work_state", "reachable"),
            read=agents,
        ),
        Figure(
            name="calls",
            help="Live calls by state.",
            labels=("state",),
            read=lambda: Counter((str(call.state),) for call in switchboard.calls()),
        ),
        Figure(
            name="queue_waiting",
            help="Callers who wait.",
            labels=("queue",),
            read=lambda: {(queue.id,): queue.waiting for queue in switchboard.queues()},
        ),
        Figure(
            name="queue_ready_agents",
            help="Agents of the queue who are ready, reachable and idle.",
            labels=("queue",),
            read=lambda: {(queue.id,): queue.ready for queue in switchboard.queues()},
        ),
        Figure(
            name="queue_longest_wait_seconds",
            help="How long the first caller has waited.",
            labels=("queue",),
            read=longest,
        ),
        Figure(
            name="queue_expected_wait_seconds",
            help="How long who called now would wait.",
            labels=("queue",),
            read=lambda: _known({queue.id: queue.expected_wait_seconds for queue in switchboard.queues()}),
        ),
        Figure(
            name="queue_expected_wait_error_seconds",
            help="Mean absolute error of the expected waits lately.",
            labels=("queue",),
            read=lambda: _known({queue.id: queue.wait_error_seconds for queue in switchboard.queues()}),
        ),
    ]


def _known(values: Mapping[str, float | None]) -> dict[tuple[str, ...], float]:
    """By queue, those that have a value."""
    return {(queue,): value for queue, value in values.items() if value is not None}
