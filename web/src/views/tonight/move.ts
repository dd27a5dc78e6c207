// Cards glide to their new places instead of jumping (first, last, invert, play).

const GLIDE_MS = 350;

export function moveCards(grid: HTMLElement | undefined, change: () => void): void {
  if (!grid || document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) {
    change();
    return;
  }
  const before = new Map([...grid.children].map((card) => [card, card.getBoundingClientRect()]));
  change();
  for (const card of grid.children) {
    const from = before.get(card);
    if (!from) continue;
    const to = card.getBoundingClientRect();
    if (from.left === to.left && from.top === to.top) continue;
    // From out of sight there is nothing to follow with the eyes.
    if (Math.abs(from.top - to.top) > innerHeight) {
      card.animate([{ opacity: 0 }, { opacity: 1 }], { duration: GLIDE_MS });
      continue;
    }
    const offset = `translate(${from.left - to.left}px, ${from.top - to.top}px)`;
    card.animate([{ transform: offset }, { transform: "none" }], { duration: GLIDE_MS, easing: "ease-out" });
  }
}
