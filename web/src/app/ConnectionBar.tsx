import { createEffect, on, Show, type Component } from "solid-js";
import { createNow, secondWords } from "../state/clock";
import { useApp } from "./context";

/** Says that the connection is lost, since when, and when it is tried again. */
export const ConnectionBar: Component = () => {
  const { live, announcer } = useApp();
  const now = createNow(500);
  const lost = () => {
    const state = live.connection();
    return state.phase === "lost" ? state : null;
  };
  createEffect(
    on(
      () => live.connection().phase,
      (phase, before) => {
        if (phase === "lost" && before === "live") announcer.say("Connection lost. What is shown is old.");
        if (phase === "live" && before === "lost") announcer.say("Connected again.");
      },
    ),
  );
  const wait = (retryAtMs: number) => Math.max(0, Math.ceil((retryAtMs - now()) / 1_000));
  return (
    <Show when={lost()}>
      {(state) => (
        <div id="lost" class="lost-bar">
          <p>
            <strong>Connection lost</strong>, {state().reason}.{" "}
            <Show when={state().lastHeardMs} fallback="Is courtside run still running?">
              {(heard) => <>What you see is as of {secondWords(heard())}.</>}
            </Show>{" "}
            <span class="lost-wait">
              {wait(state().retryAtMs) > 0 ? `Next try in ${wait(state().retryAtMs)} s.` : "Trying …"}
            </span>
          </p>
          <button class="button" onClick={() => live.retryNow()}>
            Try now
          </button>
        </div>
      )}
    </Show>
  );
};
