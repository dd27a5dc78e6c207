// The stream client alone, as one module for programs of others: `npm run build:stream`.
import { resolve } from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    lib: { entry: resolve("src/stream/index.ts"), formats: ["es"], fileName: "courtside-stream" },
    outDir: "dist",
    target: "es2022",
    minify: false,
  },
});
