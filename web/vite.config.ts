import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";

const SERVER = process.env["COURTSIDE_URL"] ?? "http://127.0.0.1:8080";
const CALLS = ["/games", "/predictions", "/accuracy", "/odds", "/edges", "/models", "/health", "/ready", "/metrics", "/docs", "/openapi.json", "/asyncapi.json"];

/** What the bundle contains of others is under the MIT licence, which asks that its text goes along. */
function licences(packages: readonly string[]): Plugin {
  return {
    name: "licences",
    generateBundle() {
      const parts = packages.map((name) => `${name}\n\n${readFileSync(resolve(`node_modules/${name}/LICENSE`), "utf8").trim()}\n`);
      this.emitFile({ type: "asset", fileName: "licences.txt", source: parts.join("\n\n") });
    },
  };
}

export default defineConfig(({ command }) => ({
  // The server has the page at `/` and its parts under `/static/`.
  base: command === "build" ? "/static/" : "/",
  plugins: [solid(), licences(["solid-js", "uplot"])],
  build: {
    outDir: resolve("../src/courtside/serve/static"),
    emptyOutDir: true,
    target: "es2022",
    // The Content-Security-Policy takes no script or style that stands in the page, and no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    proxy: {
      ...Object.fromEntries(CALLS.map((path) => [path, { target: SERVER }])),
      "/ws/live": { target: SERVER, ws: true },
    },
  },
}));
