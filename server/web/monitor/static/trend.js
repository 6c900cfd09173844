// The curve of the last two hours.
import uPlot from "./uPlot.esm.js";
import { byId, setText } from "./dom.js";
import { minuteOf } from "./format.js";
import { make } from "./dom.js";
import { say } from "./words.js";

const SPAN_SECONDS = 7200;
const GAP_SECONDS = 25; // samples come each 10 s: a longer gap is shown as one
let chart = null;
let drawn = "";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options(box) {
  const grid = { stroke: colour("--line"), width: 1 };
  const ink = colour("--faint");
  const font = "12px system-ui, sans-serif";
  const stepped = uPlot.paths.stepped({ align: 1 });
  const series = (label, stroke, dash) => ({ label, stroke, dash, width: 2, paths: stepped, points: { show: false } });
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(5, Math.ceil(most * 1.1))] } },
    axes: [
      { stroke: ink, grid, ticks: grid, font, size: 28, values: (_, moments) => moments.map(minuteOf) },
      { stroke: ink, grid, ticks: grid, font, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
    ],
    series: [
      {},
      series(say("trendWaiting"), colour("--waiting-line")),
      series(say("trendReady"), colour("--ready"), [6, 4]),
    ],
  };
}

function dataOf(samples, now) {
  const data = [[now - SPAN_SECONDS], [null], [null]];
  let before = null;
  for (const [at, counts] of samples) {
    if (before !== null && at - before > GAP_SECONDS) {
      data[0].push(before + GAP_SECONDS / 2);
      data[1].push(null);
      data[2].push(null);
    }
    data[0].push(at);
    data[1].push(counts[0]);
    data[2].push(counts[1]);
    before = at;
  }
  return data;
}

export function makeTrend() {
  byId("trend-legend").replaceChildren(
    make("span", { kind: "line-waiting", text: say("trendWaiting") }),
    make("span", { kind: "line-ready", text: say("trendReady") }),
  );
  new ResizeObserver(() => redraw()).observe(byId("trend"));
}

/** Draw anew: another size, other colours. */
export function redraw() {
  const data = chart?.data;
  chart?.destroy();
  chart = null;
  if (data) draw(data);
}

function draw(data) {
  const box = byId("trend");
  if (box.clientWidth < 50 || box.clientHeight < 50) return;
  if (chart) chart.setData(data);
  else chart = new uPlot(options(box), data, box);
}

export function showTrend(model, queue) {
  const samples = model.trend;
  const state = `${samples.length} ${samples.at(-1)?.at} ${queue} ${chart !== null}`;
  if (!samples.length || state === drawn) return;
  const owner = model.queues.has(queue) ? queue : "*";
  const shown = samples.filter((sample) => sample.counts[owner]).map((sample) => [sample.at, sample.counts[owner]]);
  if (!shown.length) return;
  draw(dataOf(shown, samples.at(-1).at));
  drawn = `${samples.length} ${samples.at(-1).at} ${queue} ${chart !== null}`;
  const [waiting, ready] = shown.at(-1)[1];
  setText(byId("trend-words"), say("trendWords", {
    waiting,
    ready,
    mostWaiting: Math.max(...shown.map(([, counts]) => counts[0])),
    leastReady: Math.min(...shown.map(([, counts]) => counts[1])),
  }));
}
