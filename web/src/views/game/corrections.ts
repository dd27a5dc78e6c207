// What a correction changed, in words: which plays, when, and what it did to the score.

import type { CorrectionNote } from "./past";
import { count } from "../../state/words";
import type { PlayData } from "../../stream";

export interface CorrectionWords {
  /** Seconds of game time of the first play that changed; null where only a score did. */
  at: number | null;
  /** `1 play revised, 54–66 is now 54–64` */
  text: string;
  /** The play that matters most, and how many others there are. */
  play: string | null;
  others: number;
}

export function correctionWords({ data }: CorrectionNote): CorrectionWords {
  const { revised, inserted, retracted, score_before: before, score_after: after } = data;
  const parts = [
    [revised, "revised"],
    [inserted, "added"],
    [retracted, "taken back"],
  ] as const;
  const said = parts.filter(([plays]) => plays.length).map(([plays, what]) => `${count(plays.length, "play")} ${what}`);
  if (before.home !== after.home || before.away !== after.away) said.push(`${before.away}–${before.home} is now ${after.away}–${after.home}`);
  const plays: PlayData[] = [...retracted, ...revised, ...inserted];
  const most = plays.find((play) => play.points !== 0) ?? plays[0];
  return {
    at: plays.length ? Math.min(...plays.map((play) => play.elapsed_seconds)) : null,
    text: said.join(", ") || "no score changed",
    play: most?.description || null,
    others: plays.length - 1,
  };
}
