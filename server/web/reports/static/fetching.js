// Asking the server. One report at a time: asking for another, or stopping, ends the work for the one before.
import { language } from "/monitor/static/words.js";

let under_way = null;

export function stopFetching() {
  under_way?.abort();
  under_way = null;
}

async function problemOf(answer) {
  const body = await answer.json().catch(() => ({}));
  return { status: answer.status, kind: (body.type ?? "").replace("urn:caruso:problem:", ""), detail: body.detail ?? "" };
}

export async function fetchShelf() {
  try {
    const answer = await fetch(`/api/v1/reports?lang=${language}`);
    return answer.ok ? { status: 200, shelf: await answer.json() } : problemOf(answer);
  } catch {
    return { status: 0, detail: "" };
  }
}

/**
 * The report, or why there is none; null: it was stopped. A ledger that was not read yet is read in pieces:
 * `progressed(fraction)` is told of each, and the next is asked for.
 */
export async function fetchReport(name, query, progressed) {
  stopFetching();
  const mine = (under_way = new AbortController());
  try {
    for (;;) {
      const answer = await fetch(`/api/v1/reports/${encodeURIComponent(name)}?${query}&lang=${language}`, { signal: mine.signal });
      if (answer.status !== 202) return answer.ok ? { status: 200, table: await answer.json() } : await problemOf(answer);
      progressed((await answer.json()).progress);
    }
  } catch (fault) {
    return fault.name === "AbortError" ? null : { status: 0, kind: "", detail: "" };
  } finally {
    if (under_way === mine) under_way = null;
  }
}
