import { defineConfig } from "vitest/config";

// Views are tested in a real browser (tests/browser); here is what needs none.
export default defineConfig({ test: { environment: "node", include: ["tests/**/*.test.ts"] } });
