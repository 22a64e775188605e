import {defineConfig} from 'vitest/config';

/** Tests that drive real browsers against the built page; one file at a time, since they share two cores. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
