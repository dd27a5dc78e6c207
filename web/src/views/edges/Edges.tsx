// The market beside the forecast.

import type { Component } from "solid-js";
import type { ViewProps } from "../../app/context";

const Edges: Component<ViewProps> = () => (
  <section class="panel empty">
    <h1>Edges</h1>
    <p>No quote of a market is known. What a market says of a game can be told with a call:</p>
    <p>
      <code>POST /games/GAME_ID/market {'{"home_spread": -4.5}'}</code>
    </p>
    <p>
      The forecasts take it up at once; <a href="/docs">HTTP calls</a> says more.
    </p>
  </section>
);

export default Edges;
