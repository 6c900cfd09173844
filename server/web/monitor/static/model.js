// What is known, as the server told it.

const byIdOf = (items) => new Map(items.map((item) => [item.id, item]));

export class Model {
  /** Everything anew. */
  take(snapshot) {
    this.site = snapshot.site;
    this.viewer = snapshot.viewer;
    this.reasons = snapshot.reasons;
    this.totals = snapshot.totals;
    this.thresholds = snapshot.thresholds;
    this.trend = snapshot.trend;
    for (const part of ["queues", "agents", "waiting", "services", "mailboxes", "campaigns"]) this[part] = byIdOf(snapshot[part]);
  }

  /** What became different. */
  change(changed) {
    if (changed.totals) this.totals = changed.totals;
    if (changed.thresholds) this.thresholds = changed.thresholds;
    if (changed.trend) {
      this.trend.push(...changed.trend);
      const first = this.trend.at(-1).at - 7200;
      while (this.trend[0].at < first) this.trend.shift();
    }
    for (const id of changed.gone ?? []) {
      this.waiting.delete(id);
      this.services.delete(id);
      this.campaigns.delete(id);
    }
    for (const part of ["queues", "agents", "waiting", "services", "mailboxes", "campaigns"]) {
      for (const item of changed[part] ?? []) this[part].set(item.id, item);
    }
  }

  /** The numbers of a queue; without one (or an unknown one) those of all. */
  numbers(queue) {
    return this.queues.get(queue) ?? this.totals;
  }

  queueName(id) {
    return this.queues.get(id)?.name ?? id;
  }

  agentName(id) {
    return this.agents.get(id)?.name ?? id;
  }

  reasonName(id) {
    return this.reasons.find((reason) => reason.id === id)?.name ?? id;
  }

  /** Agents of a queue (empty: of all), in the site's order; those signed out only if `out`. Who takes no calls and is
   * signed out is never shown. */
  agentsOf(queue, out) {
    return [...this.agents.values()].filter(
      (agent) =>
        (queue ? agent.queues.includes(queue) : agent.queues.length > 0 || agent.state !== "logged-out") &&
        (out || agent.state !== "logged-out"),
    );
  }

  waitingOf(queue) {
    const found = [...this.waiting.values()].filter((call) => !queue || call.queue === queue);
    return found.sort((one, other) => one.since - other.since);
  }
}
