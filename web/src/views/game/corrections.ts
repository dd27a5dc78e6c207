// What a correction changed, in words: which plays, when, and what it did to the score.

import type { CorrectionNote } from "./past";
import { count } from "../../state/words";
import type { PlayData } from "../../stream";

export interface CorrectionWords {
  /** Seconds of game time of the first play or score that changed. */
  at: number | null;
  /** `1 play revised, 54–66 is now 54–64` */
  text: string;
  /** The play that matters most, and how many others there are. */
  play: string | null;
  others: number;
}

/** A bare score is none. */
export const isPlay = (play: PlayData): boolean => play.action !== "score";

export function correctionWords({ data }: CorrectionNote): CorrectionWords {
  const { revised, inserted, retracted, score_before: before, score_after: after } = data;
  const parts = [
    [revised, "revised"],
    [inserted, "added"],
    [retracted, "taken back"],
  ] as const;
  const said = parts
    .map(([plays, what]) => ({ number: plays.filter(isPlay).length, what }))
    .filter(({ number }) => number > 0)
    .map(({ number, what }) => `${count(number, "play")} ${what}`);
  const scores = (words: string) => `${before.away}–${before.home} ${words} ${after.away}–${after.home}`;
  // What is said of scores alone may go on from there at once.
  if (before.home !== after.home || before.away !== after.away) said.push(scores(said.length ? "is now" : "went back to"));
  const changes: PlayData[] = [...retracted, ...revised, ...inserted];
  const plays = changes.filter(isPlay);
  const most = plays.find((play) => play.points !== 0) ?? plays[0];
  return {
    at: changes.length ? Math.min(...changes.map((play) => play.elapsed_seconds)) : null,
    text: said.join(", ") || "no score changed",
    play: most?.description || null,
    others: Math.max(0, plays.length - 1),
  };
}
