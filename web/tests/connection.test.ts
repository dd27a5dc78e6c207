import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Backoff } from "../src/stream/backoff";
import { Connection, CONNECT_WITHIN_MS, type ConnectionState } from "../src/stream/connection";
import { FakeSocket } from "./support";

describe("the connection", () => {
  let sockets: FakeSocket[];
  let states: ConnectionState[];
  let frames: string[];
  let connection: Connection;
  const phases = () => states.map((state) => state.phase);

  beforeEach(() => {
    vi.useFakeTimers();
    [sockets, states, frames] = [[], [], []];
    connection = new Connection({
      open: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      onOpen: () => undefined,
      onFrame: (frame) => frames.push(frame),
      onState: (state) => states.push(state),
      backoff: new Backoff(400, 8_000, () => 0),
    });
    connection.start();
  });
  afterEach(() => {
    connection.stop();
    vi.useRealTimers();
  });

  it("is live from the first word on, not from the handshake", () => {
    sockets[0]!.accept();
    expect(connection.state.phase).toBe("connecting");
    sockets[0]!.say({ type: "hello" });
    expect(phases()).toEqual(["live"]);
    expect(frames).toHaveLength(1);
  });

  it("says within five seconds that a server has fallen silent", () => {
    sockets[0]!.accept();
    sockets[0]!.say({ type: "hello" });
    vi.advanceTimersByTime(5_000);
    expect(sockets[0]!.sent).toEqual(['{"op":"ping"}']);
    expect(phases()).toEqual(["live", "lost"]);
    expect(sockets[0]!.closed).toBe(true);
  });

  it("stays live for hours with a server that answers", () => {
    sockets[0]!.accept();
    sockets[0]!.say({ type: "hello" });
    for (let asked = 0; asked < 2_000; asked += 1) {
      vi.advanceTimersByTime(2_500);
      sockets[0]!.say({ type: "pong" });
    }
    expect(phases()).toEqual(["live"]);
    expect(sockets).toHaveLength(1);
  });

  it("asks before it believes in a silence, however late the page looks", () => {
    sockets[0]!.accept();
    sockets[0]!.say({ type: "hello" });
    vi.setSystemTime(Date.now() + 60_000);
    connection.check();
    expect(phases()).toEqual(["live"]);
    sockets[0]!.say({ type: "pong" });
    connection.check();
    expect(phases()).toEqual(["live"]);
  });

  it("comes back with growing waits, and quickly again after a success", () => {
    sockets[0]!.breaks();
    vi.advanceTimersByTime(400);
    sockets[1]!.breaks();
    vi.advanceTimersByTime(799);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(3);
    sockets[2]!.accept();
    sockets[2]!.say({ type: "hello" });
    sockets[2]!.breaks(1001);
    const state = connection.state;
    expect(state).toMatchObject({ phase: "lost", reason: "the server is stopping" });
    vi.advanceTimersByTime(400);
    expect(sockets).toHaveLength(4);
  });

  it("remembers since when it is lost and when it last heard, over many tries", () => {
    sockets[0]!.accept();
    sockets[0]!.say({ type: "hello" });
    const heard = Date.now();
    vi.advanceTimersByTime(1_000);
    sockets[0]!.breaks();
    const since = Date.now();
    vi.advanceTimersByTime(400);
    sockets[1]!.breaks();
    expect(connection.state).toMatchObject({ phase: "lost", sinceMs: since, lastHeardMs: heard });
  });

  it("gives a handshake up that nobody answers, and tries at once when it is told to", () => {
    vi.advanceTimersByTime(CONNECT_WITHIN_MS + 600);
    expect(connection.state.phase).toBe("lost");
    const before = sockets.length;
    connection.retryNow();
    expect(sockets.length).toBe(before + 1);
    connection.retryNow();
    sockets.at(-1)!.accept();
    sockets.at(-1)!.say({ type: "hello" });
    connection.retryNow();
    expect(sockets.length).toBe(before + 2);
  });

  it("hears no more of a socket that it has given up", () => {
    sockets[0]!.accept();
    sockets[0]!.say({ type: "hello" });
    vi.advanceTimersByTime(5_000);
    sockets[0]!.say({ type: "late" });
    sockets[0]!.breaks();
    expect(frames).toHaveLength(1);
    expect(phases()).toEqual(["live", "lost"]);
  });
});
