// A player is told of when something about him changes; between, only his clock runs.

import type { PlayerLine } from "../../stream/contract";

/** The line so many seconds of game time later, nothing else having happened to the player. */
export function aged(line: PlayerLine, seconds: number): PlayerLine {
  if (seconds <= 0) return line;
  if (line.on_court) {
    return {
      ...line,
      seconds_played: line.seconds_played + seconds,
      stint_seconds: line.stint_seconds === null ? null : line.stint_seconds + seconds,
    };
  }
  return line.rest_seconds === null ? line : { ...line, rest_seconds: line.rest_seconds + seconds };
}

/** Lines of a game that is being played, brought up to its clock: a line that is the same object as before
 * was told of then. */
export function createAging(): (lines: readonly PlayerLine[], elapsed: number | null) => readonly PlayerLine[] {
  const toldAt = new WeakMap<PlayerLine, number>();
  return (lines, elapsed) => {
    if (elapsed === null) return lines;
    return lines.map((line) => {
      const told = toldAt.get(line);
      if (told === undefined) toldAt.set(line, elapsed);
      return aged(line, elapsed - (told ?? elapsed));
    });
  };
}
