// Colours of teams by tricode, made to stand out from the ground and from each other.

import { contrast, distance, readable } from "./colour";

export type Theme = "light" | "dark";

/** The grounds that team colours lie on, as in tokens.css. */
export const GROUNDS: Record<Theme, readonly string[]> = {
  light: ["#ffffff", "#f4f2ee"],
  dark: ["#171c24", "#1f2630"],
};

/** The team's first colour, and another for when it meets a team of the same. */
const COLOURS: Record<string, readonly [string, string]> = {
  ATL: ["#e03a3e", "#c1d32f"],
  BOS: ["#007a33", "#ba9653"],
  BKN: ["#55585c", "#8f9499"],
  CHA: ["#00788c", "#5b3f9b"],
  CHI: ["#ce1141", "#4a4a4f"],
  CLE: ["#860038", "#d99a1c"],
  DAL: ["#0053bc", "#7b8790"],
  DEN: ["#1d4289", "#f2b51d"],
  DET: ["#1d42ba", "#c8102e"],
  GSW: ["#1d428a", "#e8b100"],
  HOU: ["#ce1141", "#7e8a90"],
  IND: ["#d99a00", "#1d3f77"],
  LAC: ["#c8102e", "#1d428a"],
  LAL: ["#6a3a9b", "#e8a80c"],
  MEM: ["#5d76a9", "#d9a514"],
  MIA: ["#98002e", "#e08a1a"],
  MIL: ["#00663a", "#b39a62"],
  MIN: ["#236192", "#5fa82b"],
  NOP: ["#1a4a7a", "#b4975a"],
  NYK: ["#f58426", "#006bb6"],
  OKC: ["#007ac1", "#ef5a24"],
  ORL: ["#0077c0", "#87939b"],
  PHI: ["#006bb6", "#ed174c"],
  PHX: ["#e56020", "#5b3b9c"],
  POR: ["#e03a3e", "#6d7378"],
  SAC: ["#5a2d81", "#7d858c"],
  SAS: ["#8a9299", "#44494e"],
  TOR: ["#ce1141", "#7b6aa8"],
  UTA: ["#5a3f99", "#d08d12"],
  WAS: ["#c2113a", "#1f4a86"],
};

export interface Colours {
  home: string;
  away: string;
}

/** For pairs whose four colours are all too much alike. */
const SPARE = ["#2f7fd1", "#c77700", "#7a3fb0", "#c2362c"];
const APART = 0.14;
const TEXT_CONTRAST = 4.5;
const known = new Map<string, Colours>();

/** Colours of both teams of a game, for text and for shapes; any name that is no tricode has one too. */
export function teamColours(home: string | null, away: string | null, theme: Theme): Colours {
  const key = `${theme} ${home} ${away}`;
  const before = known.get(key);
  if (before) return before;
  const fit = (hex: string) => readable(hex, GROUNDS[theme], TEXT_CONTRAST);
  const ours = fit(coloursOf(home ?? "home")[0]);
  const candidates = [...coloursOf(away ?? "away"), ...SPARE].map(fit);
  const made = { home: ours, away: candidates.find((each) => distance(each, ours) >= APART) ?? candidates[0]! };
  // Names come from outside; a scraper that makes up new ones all the time must not fill the memory.
  if (known.size > 500) known.clear();
  known.set(key, made);
  return made;
}

/** Black or white, whichever reads better on a colour. */
export function inkOn(hex: string): string {
  return contrast(hex, "#ffffff") >= contrast(hex, "#0b0d10") ? "#ffffff" : "#0b0d10";
}

function coloursOf(name: string): readonly [string, string] {
  const listed = Object.hasOwn(COLOURS, name) ? COLOURS[name] : undefined;
  if (listed) return listed;
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)!) % 360;
  return [fromHue(hash), fromHue((hash + 180) % 360)];
}

function fromHue(hue: number): string {
  const part = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    const value = 0.48 - 0.62 * 0.48 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255).toString(16).padStart(2, "0");
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}
