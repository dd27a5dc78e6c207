// The line of a sparkline.

export const WIDTH = 100;
export const HEIGHT = 28;
export const PAD = 2;

/** A path on 100 by 28, newest at the right; a gap where nothing was known. */
export function sparkPath(values: readonly (number | null)[], room: number): string {
  let top = 0;
  for (const value of values) if (value !== null) top = Math.max(top, value);
  const scale = top > 0 ? (HEIGHT - 2 * PAD) / top : 0;
  const step = WIDTH / Math.max(1, room - 1);
  const start = WIDTH - (values.length - 1) * step;
  let path = "";
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = Math.round((start + index * step) * 100) / 100;
    const y = Math.round((HEIGHT - PAD - value * scale) * 100) / 100;
    // A value between two gaps is a dot: a line of no length with round ends.
    path += drawing ? `L${x} ${y}` : `M${x} ${y}h0`;
    drawing = true;
  });
  return path;
}
