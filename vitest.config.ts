import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['{shared,api,cli,action,plugin,scripts,test}/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
