// Which cards are in sight: the others need not be drawn anew with every play.

import { createSignal, onCleanup, type Accessor } from "solid-js";

/** What is about to be scrolled into sight is drawn as well. */
const MARGIN = "240px";

const told = new WeakMap<Element, (inSight: boolean) => void>();
let observer: IntersectionObserver | undefined;

/** Whether an element is in sight, and how to name it; it is taken to be until that is known. */
export function createSight(): [Accessor<boolean>, (element: Element) => void] {
  const [inSight, setInSight] = createSignal(true);
  const watch = (element: Element) => {
    observer ??= new IntersectionObserver(
      (entries) => {
        for (const entry of entries) told.get(entry.target)?.(entry.isIntersecting);
      },
      { rootMargin: MARGIN },
    );
    told.set(element, setInSight);
    observer.observe(element);
    onCleanup(() => observer?.unobserve(element));
  };
  return [inSight, watch];
}
