import {defineConfig} from 'vitest/config';

/** Tests with programs that others wrote; tools/interop.mjs builds those first. One file at a time: each runs several processes. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.interop.test.ts'],
    // What never comes is told of by whoever waits for it, after some minutes and in better words.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    fileParallelism: false,
  },
});
