// Colours as numbers: contrast by WCAG 2, and lightness changed in OKLCH so that the hue stays.

export type Rgb = readonly [number, number, number];
type Lab = readonly [number, number, number];

export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export function hexOf(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(Math.min(255, Math.max(0, part))).toString(16).padStart(2, "0")).join("")}`;
}

const linear = (part: number) => (part <= 10.31475 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const gamma = (part: number) => 255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055);

function luminance(rgb: Rgb): number {
  return 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
}

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const [high, low] = [luminance(rgbOf(one)), luminance(rgbOf(other))].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** B. Ottosson, "A perceptual color space for image processing", 2020. */
function labOf(rgb: Rgb): Lab {
  const [r, g, b] = rgb.map(linear) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => gamma(Math.max(0, part))) as unknown as Rgb;
}

/** How unlike two colours look; about 0.02 is just to be seen, 0.15 is told apart at a glance. */
export function distance(one: string, other: string): number {
  const [l1, a1, b1] = labOf(rgbOf(one));
  const [l2, a2, b2] = labOf(rgbOf(other));
  return Math.hypot(l1 - l2, a1 - a2, b1 - b2);
}

/** The colour, made lighter or darker until it stands out from every ground by `least`. */
export function readable(hex: string, grounds: readonly string[], least: number): string {
  const enough = (colour: string) => grounds.every((ground) => contrast(colour, ground) >= least);
  if (enough(hex)) return hex;
  const up = luminance(rgbOf(grounds[0]!)) < 0.18;
  const [start, a, b] = labOf(rgbOf(hex));
  for (let step = 1; step <= 50; step += 1) {
    const lightness = up ? start + (1 - start) * (step / 50) : start * (1 - step / 50);
    // Less chroma toward the ends, where a screen has none to show.
    const keep = 1 - 0.35 * (step / 50);
    const tried = hexOf(fromLab([lightness, a * keep, b * keep]));
    if (enough(tried)) return tried;
  }
  return up ? "#ffffff" : "#000000";
}
