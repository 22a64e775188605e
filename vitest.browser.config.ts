import {defineConfig} from 'vitest/config';

/**
 * Tests that drive real browsers against the built page; one file at a time, since they share two cores. Nobody waits as long as
 * these limits allow: they are for slow and busy machines, where what takes long is no fault.
 */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.test.ts'],
    globalSetup: ['test/browser/build.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    teardownTimeout: 120_000,
    expect: {poll: {interval: 50, timeout: 300_000}},
    fileParallelism: false,
  },
});
