// `npm test`: type check, lint, import rules, unit and story tests, browser tests. Ends with `N passed, N failed`.
// `npm test -- unit` (or types, lint, imports, browser) runs one part.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ensureBrowsers} from './browsers.mjs';
import {ensureInstalled, root} from './ensure-installed.mjs';

ensureInstalled();
const scratch = mkdtempSync(join(tmpdir(), 'rocketmq-lab-test-'));
const asked = process.argv.slice(2);
let passed = 0;
let failed = 0;

function program(name, ...words) {
  const {status} = spawnSync(process.execPath, [join(root, 'node_modules', name), ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  return status === 0;
}

/** A check without cases of its own counts as one test. */
function check(...command) {
  if (program(...command)) passed++;
  else failed++;
}

function vitest(...words) {
  const report = join(scratch, `${Math.max(passed, 1)}-${words.length}.json`);
  const ok = program(
    'vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...words,
  );
  if (!existsSync(report)) {
    failed++;
    return;
  }
  const {numPassedTests, numFailedTests} = JSON.parse(readFileSync(report, 'utf8'));
  passed += numPassedTests;
  failed += numFailedTests;
  if (!ok && numFailedTests === 0) failed++; // A file that does not load fails no test of its own.
  if (numPassedTests + numFailedTests === 0) failed++; // A part that ran nothing has shown nothing.
}

const parts = {
  types: () => check('typescript/bin/tsc', '--noEmit'),
  lint: () => check('@biomejs/biome/bin/biome', 'check', '.'),
  imports: () =>
    check('dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.cjs'),
  unit: () => vitest(),
  browser: () => {
    const missing = ensureBrowsers();
    if (missing !== null) {
      console.error(missing);
      failed++;
      return;
    }
    vitest('--config', 'vitest.browser.config.ts');
  },
};

for (const name of asked) {
  if (name in parts) continue;
  console.error(`npm test: unknown part ${name}; expected one of ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n── ${name}`);
  run();
}
rmSync(scratch, {recursive: true, force: true});
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
