// The report as a table: sorted by any column, with its total, each figure with its formula.
import { byId, make } from "/monitor/static/dom.js";
import { say } from "/monitor/static/words.js";
import { isDaily } from "./choices.js";
import { hideTip, showTip } from "./tip.js";
import { compare, isWords, momentWriter, named, number } from "./values.js";

export const MOST_SHOWN = 2000;

/** Rows in the order of `sort`: a column's name, with `-` before it downwards; empty: as they came. */
export function sorted(table, sort) {
  const place = table.columns.findIndex((column) => column.name === sort.replace(/^-/, ""));
  if (place < 0) return table.rows;
  const down = sort.startsWith("-") ? -1 : 1;
  const names = table.names[table.columns[place].name] ?? {};
  const order = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null); // what has no value stands last
    if (typeof a === "number") return down * (a - b);
    return down * compare(named(names, a), named(names, b));
  };
  return [...table.rows].sort((a, b) => order(a[place], b[place]));
}

function head(column, sort, choose) {
  const isSorted = sort.replace(/^-/, "") === column.name;
  const arrow = isSorted ? (sort.startsWith("-") ? "▾" : "▴") : "";
  const button = make("button", { type: "button", text: column.title });
  button.append(make("span", { kind: "arrow", text: arrow, "aria-hidden": "true" }));
  button.addEventListener("click", () => choose(column));
  const cell = make("th", { scope: "col", kind: isWords(column.unit) ? "" : "n" }, button);
  cell.dataset.name = column.name;
  if (isSorted) cell.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
  if (column.formula) {
    button.setAttribute("aria-describedby", "tip");
    for (const event of ["mouseenter", "focus"]) button.addEventListener(event, () => showTip(button, column.formula));
    for (const event of ["mouseleave", "blur"]) button.addEventListener(event, hideTip);
  }
  return cell;
}

function cell(value, column, place, words) {
  if (isWords(column.unit)) {
    const text = words[place](value);
    const made = make(place === 0 ? "th" : "td", { text });
    if (place === 0) made.scope = "row";
    if (value !== null && text !== value) made.title = value;
    return made;
  }
  const made = make("td", { kind: "n", text: number(value, column.unit) });
  if (column.unit === "seconds" && value !== null) made.title = `${value} s`;
  made.dataset.value = value ?? "";
  return made;
}

/** `choose(column)` is called when somebody asks for another order. */
export function showTable(table, sort, choose) {
  const words = table.columns.map((column, place) => {
    if (column.unit === "moment") {
      return momentWriter(table.rows.map((row) => row[place]), column.name === "interval" && isDaily());
    }
    const names = table.names[column.name];
    return (value) => named(names, value) ?? "";
  });
  const rows = sorted(table, sort).slice(0, MOST_SHOWN);
  const [top, body, foot] = ["thead", "tbody", "tfoot"].map((part) => document.querySelector(`#table ${part}`));
  const focused = document.activeElement?.closest?.("#table th")?.dataset.name;
  top.replaceChildren(make("tr", {}, ...table.columns.map((column) => head(column, sort, choose))));
  if (focused) top.querySelector(`[data-name="${CSS.escape(focused)}"] button`)?.focus();
  body.replaceChildren(...rows.map((row) =>
    make("tr", {}, ...row.map((value, place) => cell(value, table.columns[place], place, words)))));
  foot.replaceChildren();
  if (table.total) foot.append(make("tr", {}, ...table.total.map((value, place) => {
    const column = table.columns[place];
    if (!isWords(column.unit)) return cell(value, column, place, words);
    return place ? make("td") : make("th", { scope: "row", text: say("total") });
  })));
  byId("table-box").hidden = false;
}

/** All formulas, to be read and printed. */
export function showFormulas(table) {
  const known = table.columns.filter((column) => column.formula);
  byId("formulas").hidden = !known.length;
  byId("formula-list").replaceChildren(...known.map((column) =>
    make("div", {}, make("dt", { text: column.title }), make("dd", { text: column.formula }))));
}
