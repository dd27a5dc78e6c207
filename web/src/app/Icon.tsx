// Icons of the page, drawn on 24 by 24.

import type { Component } from "solid-js";

const PATHS = {
  ball: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3v18M5.8 5.5c3.6 3.6 3.6 9.4 0 13M18.2 5.5c-3.6 3.6-3.6 9.4 0 13",
  tonight: "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
  game: "M3 12h4l3-7 4 14 3-7h4",
  accuracy: "M12 3a9 9 0 1 0 9 9M12 8a4 4 0 1 0 4 4M12 12l8-8M17 3v4h4",
  edges: "M4 20V10M10 20V4M16 20v-7M22 20H2",
  system: "M5 4h14v6H5zM5 14h14v6H5zM9 7h.01M9 17h.01",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM20 20l-4-4",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17h.01",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  dark: "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5Z",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
  close: "M6 6l12 12M18 6 6 18",
  mute: "M5 10v4h3l5 4V6l-5 4zM17 9l4 6M21 9l-4 6",
  bell: "M6 17V11a6 6 0 1 1 12 0v6l2 1H4zM10 21h4",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon: Component<{ name: IconName }> = (props) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
    <path d={PATHS[props.name]} />
  </svg>
);
