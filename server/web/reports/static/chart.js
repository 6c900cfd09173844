// The report's curves or bars, as its file says.
import uPlot from "/monitor/static/uPlot.esm.js";
import { byId, make, setText } from "/monitor/static/dom.js";
import { say } from "/monitor/static/words.js";
import { isDaily } from "./choices.js";
import { axisSeconds, momentWriter, named, number } from "./values.js";

const MOST_BARS = 30;
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000,
  864_000, 1_728_000, 4_320_000];
// Each colour has its meaning on every screen of the house: talking is blue, red means act.
const MEANINGS = [
  [/abandon/, "--alarm"], [/not_ready/, "--offline"], [/wrap_up|aht|handling/, "--wrap-up"], [/ringing|call_back$|transferred/, "--ringing"],
  [/idle|answered|reached|service_level/, "--ready"], [/talk|connected|offered|calls|handled/, "--talking"], [/hold/, "--edge"],
];
const OTHERS = ["--talking", "--ready", "--wrap-up", "--ringing", "--offline", "--edge", "--ink", "--alarm"];
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4], [1, 2], [12, 3], [4, 2], [8, 8]];
const onPaper = matchMedia("print");
let chart = null;
let shown = null;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour for each column: by its meaning, or the next that no other has. */
function coloursOf(columns) {
  const taken = new Set();
  return columns.map((column) => {
    const meant = MEANINGS.find(([names]) => names.test(column.name))?.[1];
    const chosen = meant && !taken.has(meant) ? meant : OTHERS.find((name) => !taken.has(name));
    taken.add(chosen);
    return chosen;
  });
}

function axes(units, bottom) {
  const grid = { stroke: colour("--line"), width: 1 };
  const plain = { stroke: colour("--faint"), grid, ticks: grid, font: "12px system-ui, sans-serif" };
  const sides = units.map((unit, place) => ({
    ...plain, scale: unit, side: place ? 1 : 3, size: 62, grid: { ...grid, show: !place },
    ...(unit === "seconds" ? { incrs: SECONDS } : unit === "fraction" ? {} : { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5] }),
    values: (_, values) => values.map((value) => number(value, unit)),
  }));
  return [{ ...plain, ...bottom }, ...sides];
}

function options(box, columns, bottom, paths) {
  const units = [...new Set(columns.map((column) => column.unit))];
  const colours = coloursOf(columns);
  const scales = Object.fromEntries(units.map((unit) => [unit, { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] }]));
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: { x: { time: false, ...bottom.scale }, ...scales },
    axes: axes(units, bottom.axis),
    series: [{}, ...columns.map((column, place) => ({
      label: column.title, scale: column.unit, stroke: colour(colours[place]), width: 2,
      ...paths(place, colour(colours[place])),
    }))],
  };
}

/** Curves over time: steps of an interval. */
function curves(box, table, columns) {
  const moments = table.points.map((point) => point[0]);
  const write = momentWriter(moments, isDaily());
  const texts = new Map(moments.map((text) => [axisSeconds(text), write(text)]));
  const x = [...texts.keys()];
  const step = x.length > 1 ? Math.min(...x.slice(1).map((at, place) => at - x[place])) : 900;
  const isDays = step >= 86_400;
  const zoned = (seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "+00:00");
  const axis = { values: (_, ticks) => ticks.map((at) => texts.get(at) ?? (isDays ? "" : write(zoned(at)))), size: 30 };
  if (!isDays) axis.incrs = [900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];
  else axis.incrs = [86_400, 172_800, 604_800, 1_209_600, 2_419_200];
  axis.space = 90;
  const paths = (place) => ({ dash: DASHES[place], points: { show: false } });
  const data = [x, ...columns.map((_, place) => table.points.map((point) => point[place + 1]))];
  return new uPlot(options(box, columns, { axis, scale: {} }, paths), data, box);
}

/** Bars beside one another for each agent or queue; where there are many, the largest. */
function bars(box, table, columns) {
  const [x, ys] = table.columns.some((column) => column.name === table.chart.x && column.unit === "moment")
    ? [momentWriter(table.points.map((point) => point[0]), isDaily()), table.points]
    : [(id) => named(table.names[table.chart.x], id),
       [...table.points].sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0)).slice(0, MOST_BARS)];
  const width = 0.8 / columns.length;
  const at = ys.flatMap((_, place) => columns.map((_, bar) => place + (bar - (columns.length - 1) / 2) * width));
  const data = [at, ...columns.map((_, bar) =>
    ys.flatMap((point) => columns.map((_, other) => (other === bar ? point[bar + 1] : null))))];
  const room = box.clientWidth / Math.max(1, ys.length);
  const axis = {
    size: 30,
    splits: () => ys.map((_, place) => place),
    values: () => ys.map((point) => shorten(x(point[0]), room)),
  };
  const paths = (_, fill) => ({
    fill, width: 0, points: { show: false },
    paths: uPlot.paths.bars({ size: [1, 60], gap: 1 }),
  });
  const scale = { range: [-0.5, ys.length - 0.5] };
  return new uPlot(options(box, columns, { axis, scale }, paths), data, box);
}

function shorten(text, room) {
  const most = Math.floor(room / 7);
  if (text.length <= most) return text;
  return most < 3 ? "" : `${text.slice(0, most - 1)}…`;
}

function draw() {
  chart?.destroy();
  chart = null;
  const box = byId("chart");
  if (!shown || box.clientWidth < 100) return;
  const columns = shown.chart.y.map((name) => shown.columns.find((column) => column.name === name));
  const isCurve = shown.chart.kind === "line" && shown.chart.x === "interval" && shown.points.length > 2;
  chart = (isCurve ? curves : bars)(box, shown, columns);
  const all = shown.points.length;
  const colours = coloursOf(columns);
  byId("curves").replaceChildren(...columns.map((column, place) => {
    const key = make("span", { kind: `key key-${place}${isCurve ? "" : " filled"}` });
    key.style.setProperty("--colour", `var(${colours[place]})`);
    return make("span", { kind: "curve" }, key, make("span", { text: column.title }));
  }));
  if (!isCurve && shown.chart.x !== "interval" && all > MOST_BARS) {
    byId("curves").append(make("span", { text: say("curvesCut", { shown: MOST_BARS, all }) }));
  }
}

/** Draws the chart of a report; one without gets none. */
export function showChart(table) {
  shown = table?.chart && table.points.length ? table : null;
  byId("figure").hidden = !shown;
  setText(byId("curves"), "");
  draw();
}

export const redraw = draw;

export function makeChart() {
  new ResizeObserver(draw).observe(byId("chart"));
  onPaper.addEventListener("change", draw);
}
