// How a report's cells are written. Moments are ISO 8601 with the site's zone and are shown as they stand there:
// the browser's own zone plays no part.
import { language } from "/monitor/static/words.js";

const LOCALE = { en: "en-GB", pt: "pt-BR" }[language];
const whole = new Intl.NumberFormat(LOCALE);
const tenths = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const date = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const two = (number) => String(number).padStart(2, "0");
const MIDNIGHT = "00:00:00";

export const isWords = (unit) => unit === "text" || unit === "moment";

/** Seconds as 0:07, 12:34 or 1:02:03, rounded to whole ones. */
export function spell(seconds) {
  const all = Math.round(seconds);
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
}

/** What people call `id`, if it has a name; callers choose ids such as "constructor", which every object knows. */
export const named = (names, id) => (Object.hasOwn(names ?? {}, id) ? names[id] : id);

/** A number of a unit; null is a dash. */
export function number(value, unit) {
  if (value === null) return "–";
  if (unit === "fraction") return `${tenths.format(100 * value)} %`;
  if (unit === "seconds") return spell(value);
  return whole.format(value);
}

const dayOf = (text) => new Date(`${text.slice(0, 10)}T00:00:00Z`);

/** Writes the moments of one column: the day only where days change, or (`isDaily`) nothing else. */
export function momentWriter(texts, isDaily = false) {
  const known = texts.filter(Boolean);
  const isOneDay = new Set(known.map((text) => text.slice(0, 10))).size <= 1;
  const isMinutes = known.every((text) => text.slice(17, 19) === "00");
  return (text) => {
    if (!text) return "";
    const time = text.slice(11, isMinutes ? 16 : 19);
    if (isDaily) return day.format(dayOf(text));
    return isOneDay ? time : `${day.format(dayOf(text))} ${time}`;
  };
}

/** A moment with its date, for the head of the report. */
export function moment(text) {
  const time = text.slice(11, 16);
  return time === "00:00" ? date.format(dayOf(text)) : `${date.format(dayOf(text))} ${time}`;
}

/** Seconds since 1970 as if the site's wall clock were UTC: the axis of a chart shows the site's times. */
export const axisSeconds = (text) => Date.parse(`${text.slice(0, 19)}Z`) / 1000;

/** The first moment that is not in the report, told as the last day or minute that is. */
export function endOf(text) {
  if (text.slice(11, 19) !== MIDNIGHT) return moment(text);
  return date.format(new Date(dayOf(text).getTime() - 43_200_000));
}

/** This moment, by the clock of who looks. */
export const nowWritten = () => new Date().toLocaleString(LOCALE, { dateStyle: "medium", timeStyle: "short" });

export const compare = new Intl.Collator(LOCALE, { numeric: true }).compare;
export const percent = (value) => `${whole.format(Math.floor(100 * value))} %`;
