// Reads the stream in JavaScript, with the dashboard's own client: every score as it changes, and what happens,
// across lost connections. The client is one file without any dependency, for Node and for browsers.
//
//     cd web && npm ci && npm run build:stream && cd ..
//     node examples/scoreboard.mjs [ws://localhost:8765]
//
// Node 22 has what it needs; for Node 20 it takes node --experimental-websocket.

import { openStream } from "../web/dist/courtside-stream.js";

const stream = openStream({ url: process.argv[2] ?? "ws://localhost:8765" });
const { store } = stream;
const shown = new Map();

stream.onState((state) => {
  if (state.phase === "live") console.log("connected");
  if (state.phase === "lost") console.log(`lost: ${state.reason}; next try at ${new Date(state.retryAtMs).toISOString()}`);
});

store.listen((changes) => {
  for (const id of changes.games) {
    const game = store.games.get(id);
    const line = game ? lineOf(game) : `${id} has left`;
    if (shown.get(id) !== line) console.log(line);
    shown.set(id, line);
    if (!game) shown.delete(id);
  }
  for (const { gameId, message } of changes.events) {
    const { data } = message;
    if (message.type === "alert") console.log(`${gameId}: ${data.text}`);
    if (message.type === "ml_prediction") console.log(`${gameId}: home ${data.point_forecast} at the half`);
  }
});

function lineOf({ source, status, away_team, away_name, score_away, home_team, home_name, score_home }) {
  const away = away_team ?? away_name ?? "away";
  const home = home_team ?? home_name ?? "home";
  const score = score_home === null ? "" : `${score_away}-${score_home} `;
  return `${away} at ${home} ${score}${status} (${source})`;
}
