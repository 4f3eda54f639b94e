import { defineConfig } from 'vitest/config';

export default defineConfig({
  server: { fs: { strict: false } }, // tests/support is outside of this package
  test: { include: ['**/*.test.ts'], testTimeout: 20_000 },
});
