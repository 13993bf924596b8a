import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['{shared,cli,scripts,test}/**/*.test.ts'], testTimeout: 60_000 } });
