// The games as they stand, kept current from /ws/live. After a break the page resumes where it was:
// no message is missed, or the server says so and sends the game anew. Text is only ever set as text.
"use strict";

const KEPT_MESSAGES = 200;
const KEPT_GONE = 200;
const SILENCE_MS = 15000;
const LONGEST_WAIT_MS = 10000;

const games = new Map();
const gone = new Map();
const cards = new Map();
const changed = new Set();
const log = [];
let socket = null;
let resuming = new Map();
let failures = 0;
let lastFrameAt = 0;
let received = 0;

const $ = (id) => document.getElementById(id);

function connect() {
  const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live`;
  socket = new WebSocket(address);
  const mine = socket;
  resuming = new Map([...games].filter(([, game]) => game.epoch).map(([id, game]) => [id, game.epoch]));
  mine.onopen = () => {
    lastFrameAt = Date.now();
    if (resuming.size) {
      const resume = {};
      for (const id of resuming.keys()) resume[id] = { epoch: games.get(id).epoch, seq: games.get(id).seq };
      mine.send(JSON.stringify({ op: "subscribe", resume }));
    }
  };
  mine.onmessage = (event) => {
    if (mine !== socket) return;
    lastFrameAt = Date.now();
    failures = 0;
    show("live", "live");
    take(JSON.parse(event.data), event.data);
  };
  mine.onclose = () => {
    if (mine !== socket) return;
    socket = null;
    failures += 1;
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random() / 2);
    show("", `connection lost, next try in ${Math.ceil(wait / 1000)} s`);
    setTimeout(connect, wait);
  };
}

function show(kind, text) {
  const line = $("connection");
  line.className = `connection ${kind}`;
  line.textContent = text;
}

function take(message, text) {
  received += 1;
  if (message.type === "snapshot") {
    const anew = message.data.recovered === false;
    for (const game of message.data.games) {
      if (!anew && resuming.has(game.game_id)) continue;
      games.set(game.game_id, game);
      gone.delete(game.game_id);
      changed.add(game.game_id);
    }
    for (const id of message.data.unknown || []) forget(id);
    if (anew) resuming.clear();
  } else if (message.type === "subscribed") {
    resuming.clear();
  } else if (message.type === "heartbeat") {
    for (const id of message.data.gone || []) leave(id);
  } else if (message.game_id) {
    apply(message);
  }
  if (message.type !== "snapshot") note(message, text);
  draw();
}

function forget(id) {
  games.delete(id);
  if (cards.has(id)) cards.get(id).remove();
  cards.delete(id);
}

// A game that the server no longer shows; a correction may still come, and needs what was known.
function leave(id) {
  if (games.has(id)) gone.set(id, games.get(id));
  if (gone.size > KEPT_GONE) gone.delete(gone.keys().next().value);
  resuming.delete(id);
  forget(id);
}

function apply(message) {
  let game = games.get(message.game_id);
  if (!game && gone.has(message.game_id)) {
    game = gone.get(message.game_id);
    gone.delete(message.game_id);
    games.set(message.game_id, game);
  }
  if (!game || game.epoch !== message.epoch) {
    game = { game_id: message.game_id, source: message.source, pattern: [], score_path: [], last_plays: [], seq: 0 };
    games.set(message.game_id, game);
  } else if (message.seq <= game.seq) {
    return;
  }
  const data = message.data;
  game.epoch = message.epoch;
  game.seq = message.seq;
  game.source = message.source;
  switch (message.type) {
    case "score_update":
      for (const name of ["home_team", "away_team", "score_home", "score_away", "period", "game_clock", "elapsed_seconds", "possession", "momentum"]) game[name] = data[name];
      if (data.totals) for (const name of ["lead_changes", "ties"]) game[name] = data.totals[name];
      if (data.elapsed_seconds > 0 && data.current_differential !== null) {
        game.score_path[Math.ceil(data.elapsed_seconds / 60) - 1] = data.current_differential;
      }
      break;
    case "pattern_progress":
      game.pattern = data.pattern;
      break;
    case "ml_prediction":
      game.prediction = data;
      break;
    case "forecast":
      game.forecast = data;
      break;
    case "win_probability":
      game.win_probability_home = data.home;
      break;
    case "lead_change":
      game.lead_changes = data.lead_changes;
      break;
    case "tie":
      game.ties = data.ties;
      break;
    case "correction":
      for (const name of ["lead_changes", "ties"]) game[name] = data.totals[name];
      game.score_home = data.score_after.home;
      game.score_away = data.score_after.away;
      break;
    case "game_status":
      game.status = data.status;
      for (const name of ["home_team", "away_team", "home_name", "away_name", "start_time"]) {
        if (data[name]) game[name] = data[name];
      }
      break;
    case "play":
      game.possession = data.possession;
      game.last_plays = [data];
      break;
  }
  changed.add(message.game_id);
}

let drawing = false;
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    for (const id of changed) if (games.has(id)) drawGame(games.get(id));
    changed.clear();
    $("empty").hidden = games.size > 0;
    drawBanner();
    drawLog();
  });
}

function drawBanner() {
  const sources = new Set([...games.values()].map((game) => game.source));
  const words = [];
  if (sources.has("simulated")) words.push("SIMULATED GAMES: invented plays and players, not real games");
  if (sources.has("replay")) words.push("REPLAY: recorded games, not live");
  const banner = $("banner");
  banner.hidden = words.length === 0;
  const text = words.join("  ·  ");
  if (banner.textContent !== text) banner.textContent = text;
  document.title = words.length ? `Courtside (${[...sources].join(", ")})` : "Courtside";
}

const ORDER = { live: 0, halftime: 1, break: 1, scheduled: 2, final: 3, postponed: 4 };

function drawGame(game) {
  let card = cards.get(game.game_id);
  if (!card) {
    card = $("card").content.firstElementChild.cloneNode(true);
    cards.set(game.game_id, card);
    $("games").append(card);
  }
  const set = (selector, text) => { card.querySelector(selector).textContent = text; };
  card.className = `card ${game.status === "live" ? "live" : ""}`;
  card.style.order = ORDER[game.status] ?? 5;
  set(".status", game.status || "");
  set(".clock", clock(game));
  set(".source", game.source);
  card.querySelector(".source").classList.toggle("unreal", game.source === "simulated" || game.source === "replay");
  for (const side of ["home", "away"]) {
    set(`.${side} .name`, game[`${side}_name`] || game[`${side}_team`] || side);
    set(`.${side} .score`, game[`score_${side}`] ?? "–");
    card.querySelector(`.${side} .ball`).classList.toggle("on", game.possession === side);
  }
  drawPath(card.querySelector(".path"), game.score_path || []);
  drawMomentum(card, game);
  const length = (game.pattern || []).length;
  card.querySelector(".pattern i").style.width = `${Math.min(100, (length / 18) * 100)}%`;
  set(".pattern b", `${length}/18`);
  drawForecast(card.querySelector(".forecast"), game);
  set(".wins", chance(game));
  set(".swings", `${game.lead_changes ?? "–"}, ${game.ties ?? "–"}`);
  const plays = game.last_plays || [];
  set(".last", plays.length ? plays[plays.length - 1].description : "");
}

function clock(game) {
  if (game.period === null || game.period === undefined || game.status === "scheduled") {
    return game.start_time ? new Date(game.start_time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
  }
  const period = game.period <= 4 ? `Q${game.period}` : `OT${game.period - 4}`;
  return game.status === "final" ? (game.period > 4 ? period : "") : `${period} ${game.game_clock ?? ""}`;
}

function margin(points, game) {
  const rounded = Math.round(points * 10) / 10;
  if (rounded === 0) return "level";
  const team = rounded > 0 ? game.home_team || "home" : game.away_team || "away";
  return `${team} +${Math.abs(rounded)}`;
}

function chance(game) {
  const home = game.win_probability_home;
  if (home === null || home === undefined) return "–";
  const name = (home >= 0.5 ? game.home_team : game.away_team) || (home >= 0.5 ? "home" : "away");
  const share = Math.max(home, 1 - home);
  // Rounding must not make a certainty of what is none.
  return share > 0.99 && share < 1 ? `${name} >99%` : `${name} ${Math.round(share * 100)}%`;
}

function signed(points) {
  const rounded = Math.round(points * 10) / 10;
  return rounded < 0 ? `−${-rounded}` : `+${rounded}`;
}

function drawMomentum(card, game) {
  const bar = card.querySelector(".momentum i");
  const value = game.momentum;
  card.querySelector(".momentum b").textContent = value === null || value === undefined ? "–" : margin(value, game);
  const share = Math.min(50, (Math.abs(value || 0) / 12) * 50);
  bar.className = value >= 0 ? "home" : "away";
  bar.style.width = `${share}%`;
  bar.style.left = value >= 0 ? "50%" : `${50 - share}%`;
}

function drawForecast(place, game) {
  const forecast = game.prediction;
  if (!forecast) {
    place.textContent = (game.pattern || []).length < 18 ? "at 18 minutes" : "–";
    return;
  }
  const point = document.createElement("strong");
  point.textContent = margin(forecast.point_forecast, game);
  const range = document.createElement("span");
  range.className = "range";
  // Seen from the team that the forecast favours, as the point is.
  const favours = forecast.point_forecast < 0 ? -1 : 1;
  const ends = [forecast.interval_lower, forecast.interval_upper].map((points) => points * favours);
  const [from, to] = ends.sort((one, other) => one - other).map(signed);
  range.textContent = `${Math.round(forecast.coverage * 100)}%: ${from} to ${to}`;
  place.replaceChildren(point, range);
}

function drawPath(svg, path) {
  const make = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const known = path.filter((value) => value !== null && value !== undefined);
  const reach = Math.max(8, ...known.map(Math.abs));
  const minutes = Math.max(48, path.length);
  const y = (value) => 28 - (value / reach) * 25;
  let line = "M0 28";
  path.forEach((value, minute) => {
    if (value !== null && value !== undefined) line += ` L${((minute + 1) / minutes) * 240} ${y(value)}`;
  });
  svg.setAttribute("aria-label", "home minus away by minute");
  svg.replaceChildren(make("line", { x1: 0, x2: 240, y1: 28, y2: 28 }), make("path", { d: line }));
}

function note(message, text) {
  const select = $("type");
  if (![...select.options].some((option) => option.value === message.type)) {
    const option = document.createElement("option");
    option.value = option.textContent = message.type;
    select.append(option);
  }
  log.push({ type: message.type, text });
  if (log.length > KEPT_MESSAGES) log.shift();
}

function drawLog() {
  if ($("hold").checked) return;
  const wanted = $("type").value;
  const rows = log.filter((each) => !wanted || each.type === wanted).reverse().map((each) => {
    const row = document.createElement("li");
    const type = document.createElement("b");
    type.textContent = `${each.type} `;
    row.append(type, each.text);
    return row;
  });
  $("messages").replaceChildren(...rows);
}

$("type").addEventListener("change", draw);
setInterval(() => {
  $("rate").textContent = `${received} a second`;
  received = 0;
  if (socket && socket.readyState === WebSocket.OPEN && Date.now() - lastFrameAt > SILENCE_MS) socket.close();
}, 1000);
connect();
