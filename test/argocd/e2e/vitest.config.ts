import { defineConfig } from 'vitest/config';

/** One file after the other: each brings its own servers, and they share two processors with everything else. */
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.e2e.ts'], fileParallelism: false, testTimeout: 120_000, hookTimeout: 180_000 },
});
