// How the server and the feed are.

import { createResource, For, onCleanup, Show, type Component } from "solid-js";
import type { ViewProps } from "../../app/context";
import { getHealth } from "../../state/calls";
import type { Health } from "../../stream";
import { Messages } from "./Messages";

const EVERY_MS = 2_000;

const System: Component<ViewProps> = () => {
  const [health, { refetch }] = createResource<Health>(getHealth);
  const timer = setInterval(() => void refetch(), EVERY_MS);
  onCleanup(() => clearInterval(timer));
  const facts = (known: Health): [string, string][] => [
    ["Version", known.version],
    ["Source", known.source],
    ["Up", `${Math.round(known.uptime_seconds)} s`],
    ["Games", `${known.games}, ${known.live_games} live`],
    ["Clients", String(known.clients)],
    ["Journal", known.journal],
    ["Model", known.model_version],
  ];
  return (
    <>
    <section class="panel empty">
      <h1>System</h1>
      <Show when={!health.error && health.latest} fallback={<p class="dim">{health.error ? String(health.error) : "Loading …"}</p>}>
        {(known) => (
          <dl>
            <For each={facts(known())}>
              {([name, value]) => (
                <div>
                  <dt class="dim">{name}</dt>
                  <dd>{value}</dd>
                </div>
              )}
            </For>
          </dl>
        )}
      </Show>
    </section>
    <Messages />
    </>
  );
};

export default System;
