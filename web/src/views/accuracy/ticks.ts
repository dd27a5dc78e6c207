// What stands under a chart whose order is even and whose time is not.

import { dayWords, timeWords } from "../../state/clock";

/** Days, or the times of a single day; each only where it is another than the one before. */
export function tickWords(times: readonly (string | undefined)[]): string[] {
  const days = times.map((time) => (time === undefined ? "" : dayWords(time)));
  const known = new Set(days.filter(Boolean));
  const words = known.size > 1 ? days : times.map((time) => (time === undefined ? "" : timeWords(time)));
  return words.map((word, index) => (word === words[index - 1] ? "" : word));
}
