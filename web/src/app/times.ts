import { dayWords, timeWords } from "../state/clock";

/** A time to come, in the viewer's zone; the day is only said where it is not today's. */
export function whenWords(time: string, nowMs: number): string {
  const day = dayWords(time);
  return day === dayWords(nowMs) ? timeWords(time) : `${day}, ${timeWords(time)}`;
}
