// How numbers are written.
import { language } from "./words.js";

const two = (number) => String(number).padStart(2, "0");
const LOCALE = { en: "en-GB", pt: "pt-BR" }[language];
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short" });
const short = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Seconds as 0:07, 12:34 or 1:02:03. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A percentage; null is a dash. */
export const percent = (value) => (value === undefined || value === null ? "–" : `${Math.round(value)} %`);

/** Wall seconds as 14:32:07. */
export const timeOf = (seconds) => clock.format(new Date(seconds * 1000));
/** Wall seconds as 14:32. */
export const minuteOf = (seconds) => short.format(new Date(seconds * 1000));
/** Wall seconds as Sat 21 Nov. */
export const dayOf = (seconds) => day.format(new Date(seconds * 1000));
