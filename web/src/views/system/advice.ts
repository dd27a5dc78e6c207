// What to do when the feed fails, by kind of fault.

const FAULTS: Record<string, string> = {
  timeout: "No whole answer came in time. Passing: nothing to do. Lasting: look at this machine's network.",
  unreachable: "No connection. Look at network, DNS and proxy of the server's machine.",
  connection_lost: "Answers broke off. It is asked again by itself; if it lasts, look for a proxy between.",
  rate_limited: "The feed says: too often. Raise poll_seconds, and see that no second server polls from here.",
  server_error: "The feed has trouble of its own. It is asked more seldom until it answers.",
  blocked: "The feed refuses this address. Polling on does not help: try from another network.",
  http_status: "An answer of a kind that was not expected. Check nba.url in the configuration.",
  too_large: "An answer was larger than max_response_bytes and was dropped.",
  file_missing: "A file that was there is gone. The last good state stays; it usually comes back.",
  stale: "Older files than those already known were dropped. Frequent with caches: nothing to do.",
  plays_vanished: "A game lost all its plays, which is not believed at once. Nothing to do.",
  status_conflict: "Files disagree on whether a game is on. Nothing to do unless it lasts.",
  clock_stepped_back: "The feed's own clock went back, which is followed. Nothing to do.",
  same_stamp: "A file changed without a new stamp; the newer one is believed. Nothing to do.",
  bad_game_id: "The scoreboard named a game by what is no id; that game is left out.",
  unexpected: "A mistake of this program: the log has the traceback. Please report it.",
};
const UNREADABLE = "Files came that cannot be read; the last good state stays. If it lasts, the feed's format has changed: look for a newer version.";
const UNREADABLE_KINDS = new Set(["bad_encoding", "empty_body", "html", "not_json", "truncated", "error_envelope", "missing_field", "bad_value", "bad_clock", "bad_stamp", "unknown_team", "wrong_game"]);

export function faultAdvice(kind: string): string {
  if (Object.hasOwn(FAULTS, kind)) return FAULTS[kind]!;
  return UNREADABLE_KINDS.has(kind) ? UNREADABLE : "The server's log says more.";
}

export const faultWords = (kind: string) => kind.replaceAll("_", " ");
