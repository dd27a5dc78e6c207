// The order of the cards: by excitement, but calm. Two neighbours change places only when one is clearly
// ahead, so that cards do not dance around a threshold.

export const CLEARLY = 0.1;

export interface Standing {
  id: string;
  /** Lower groups come first, whatever happens in them. */
  group: number;
  score: number;
}

/** `before` with what is new, without what has gone, and in order as far as it is clear. */
export function settled(before: readonly string[], now: readonly Standing[]): string[] {
  const known = new Map(now.map((each) => [each.id, each]));
  const kept = before.flatMap((id) => known.get(id) ?? []);
  const fresh = now.filter((each) => !before.includes(each.id));
  // What is new has no place to keep.
  const order = before.length ? kept : [];
  for (const each of fresh) {
    const index = order.findIndex((other) => ahead(each, other, 0));
    order.splice(index < 0 ? order.length : index, 0, each);
  }
  for (let end = order.length - 1; end > 0; end -= 1) {
    let moved = false;
    for (let index = 0; index < end; index += 1) {
      const [one, other] = [order[index]!, order[index + 1]!];
      if (!ahead(other, one, CLEARLY)) continue;
      order[index] = other;
      order[index + 1] = one;
      moved = true;
    }
    if (!moved) break;
  }
  return order.map((each) => each.id);
}

function ahead(one: Standing, other: Standing, by: number): boolean {
  if (one.group !== other.group) return one.group < other.group;
  return one.score > other.score + by;
}
