// The connection: a snapshot, then numbered changes. Whatever is lost, late or missing ends in a new snapshot.

const SILENT_MS = 3000; // the feed speaks at least each second
const RETRY_MS = [300, 700, 1500, 3000];
const CHECK_MS = 250;
const PROTOCOL = "caruso.monitor.v2.json";

export class Feed {
  /**
   * `on.snapshot(message)`, `on.changed(message)`; `on.live(isLive)` when that turns; `on.refused(status)` for 401 and
   * 403: then `begin` must be called again after a log-in.
   */
  constructor(on) {
    this.on = on;
    this.isLive = false;
    this.heardAt = 0; // performance.now() of the last message
    this.serverAt = 0; // the server's clock in it, wall seconds
    this.number = 0;
    this.tries = 0;
    this.socket = null;
    this.timer = null;
    setInterval(() => this.check(), CHECK_MS);
  }

  /** The server's clock now, in wall seconds; it stands still when nothing is heard. */
  now() {
    return this.isLive ? this.serverAt + (performance.now() - this.heardAt) / 1000 : this.serverAt;
  }

  async begin() {
    clearTimeout(this.timer);
    try {
      // a WebSocket does not tell why it is refused, a plain request does: 426 is "you may, but open a WebSocket"
      const answer = await fetch("/monitor/feed", { signal: AbortSignal.timeout(SILENT_MS) });
      if (answer.status === 401 || answer.status === 403) return this.on.refused(answer.status);
      if (answer.status !== 426) return this.again();
    } catch {
      return this.again();
    }
    this.listen();
  }

  end() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
    this.setLive(false);
  }

  listen() {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/monitor/feed`, PROTOCOL);
    this.socket = socket;
    this.heardAt = performance.now();
    socket.onmessage = (event) => socket === this.socket && this.heard(JSON.parse(event.data));
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.setLive(false);
      if (event.code === 4401) this.on.refused(401);
      else this.again();
    };
  }

  heard(message) {
    if (message.t !== "snapshot" && message.number !== this.number + (message.t === "changed" ? 1 : 0)) {
      this.restart(); // a change is missing
      return;
    }
    this.number = message.number;
    this.heardAt = performance.now();
    this.serverAt = message.at;
    this.tries = 0;
    if (message.t === "snapshot") this.on.snapshot(message);
    else if (message.t === "changed") this.on.changed(message);
    this.setLive(true);
  }

  check() {
    if (this.socket && performance.now() - this.heardAt > SILENT_MS) this.restart();
  }

  restart() {
    this.end();
    this.again();
  }

  again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.begin(), RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)]);
  }

  setLive(isLive) {
    if (isLive === this.isLive) return;
    if (!isLive) this.serverAt = this.now();
    this.isLive = isLive;
    this.on.live(isLive);
  }
}
