import { defineConfig } from 'vitest/config';

/** Two files at a time: each brings its own servers. */
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.e2e.ts'], minWorkers: 1, maxWorkers: 2, testTimeout: 120_000, hookTimeout: 180_000 },
});
