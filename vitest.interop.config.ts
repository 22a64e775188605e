import {defineConfig} from 'vitest/config';

/** Tests with programs that others wrote; tools/interop.mjs builds those first. One file at a time: each runs several processes. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.interop.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
