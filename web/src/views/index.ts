// The views, in the order of the navigation. A view is one entry here and one component that takes
// `ViewProps`; each is loaded when it is first shown.

import { lazy, type Component } from "solid-js";
import type { ViewProps } from "../app/context";
import type { IconName } from "../app/Icon";
import type { ViewName } from "../app/router";
import { Tonight } from "./tonight/Tonight";

export interface ViewEntry {
  name: ViewName;
  title: string;
  icon: IconName;
  component: Component<ViewProps>;
}

export const VIEWS: readonly ViewEntry[] = [
  // What is seen first comes with the page.
  { name: "tonight", title: "Tonight", icon: "tonight", component: Tonight },
  { name: "game", title: "Game", icon: "game", component: lazy(() => import("./game/GameView")) },
  { name: "accuracy", title: "Accuracy", icon: "accuracy", component: lazy(() => import("./accuracy/Accuracy")) },
  { name: "edges", title: "Edges", icon: "edges", component: lazy(() => import("./edges/Edges")) },
  { name: "system", title: "System", icon: "system", component: lazy(() => import("./system/System")) },
];
