// `npm run test:interop`: our code and programs that we did not write, on real sockets. Builds those programs into
// .cache/interop when their sources are newer, and runs test/interop. Where a tool is missing, what needs it is skipped, loudly;
// with CI in the environment a skip is a failure. Ends with `N passed, N failed`.
// `npm run test:interop -- java` (or any part of a file's name) runs the files of that name.
import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ensureInstalled, root} from './ensure-installed.mjs';
import {isFresh} from './fresh.mjs';
import {buildJava} from './interop-java.mjs';

ensureInstalled();
const sources = 'test/interop';
const built = '.cache/interop';
const isWindows = process.platform === 'win32';

function run(command, args, options = {}) {
  console.error(`> ${command} ${args.join(' ')}`);
  const {status} = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: isWindows,
    ...options,
  });
  return status === 0;
}

const has = (command, flag) => spawnSync(command, [flag], {stdio: 'ignore', shell: isWindows}).status === 0;

/** Each answers whether it could be built. */
const builders = {
  java: () => buildJava() !== null,
  go: () => run('go', ['build', '-o', join(root, built, 'go/driver'), '.'], {cwd: join(root, sources, 'go')}),
  node: () => {
    for (const name of ['package.json', 'package-lock.json']) {
      copyFileSync(join(root, sources, 'node', name), join(root, built, 'node', name));
    }
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    return run('npm', args, {cwd: join(root, built, 'node')});
  },
};

/** What each part of the tests needs on the machine, and of what is built here. */
const parts = [
  {name: 'node', tools: {}, files: ['node-client']},
  {name: 'go', tools: {go: 'version'}, files: ['go-client']},
  {
    name: 'java',
    tools: {java: '-version', mvn: '-v'},
    files: [
      'java-client',
      'mqadmin',
      'apache-cluster',
      'store-directories',
      'replication',
      'dledger',
      'ledger-brokers',
      'conformance',
    ],
  },
];

/** Null once the part can run, or why it cannot. */
function prepare({name, tools}) {
  const missing = Object.entries(tools).filter(([tool, flag]) => !has(tool, flag));
  if (missing.length > 0) return {skipped: `there is no ${missing.map(([tool]) => tool).join(' and no ')}`};
  const mark = `${built}/${name}/built`;
  if (isFresh(mark, [`${sources}/${name}`])) return null;
  rmSync(join(root, mark), {force: true});
  mkdirSync(join(root, built, name), {recursive: true});
  if (!builders[name]()) return {failed: 'it could not be built'};
  writeFileSync(join(root, mark), ''); // Last, so that what broke off half way is built again.
  return null;
}

/** As the services for continuous integration set it. */
const isCi = !['', '0', 'false'].includes(process.env.CI ?? '');
let passed = 0;
let failed = 0;
const asked = process.argv.slice(2);
const isAsked = (file) => asked.length === 0 || asked.some((word) => file.includes(word));
const files = [];
const notes = [];
for (const part of parts) {
  const wanted = part.files.filter(isAsked);
  if (wanted.length === 0) continue;
  const problem = prepare(part);
  if (problem === null) {
    files.push(...wanted);
    continue;
  }
  const isFailure = problem.failed !== undefined || isCi;
  if (isFailure) failed += wanted.length;
  notes.push(
    `${isFailure ? 'FAILED' : 'SKIPPED'}: ${wanted.join(', ')}: ${problem.failed ?? problem.skipped}`,
  );
}

if (files.length > 0) {
  const scratch = mkdtempSync(join(tmpdir(), 'rocketmq-lab-interop-'));
  const report = join(scratch, 'report.json');
  const {status} = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--config', 'vitest.interop.config.ts', '--reporter=default', '--reporter=json'],
      `--outputFile.json=${report}`,
      ...files.map((file) => `${sources}/${file}.interop.test.ts`),
    ],
    {cwd: root, stdio: 'inherit'},
  );
  if (existsSync(report)) {
    const {numPassedTests, numFailedTests} = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests;
    // A file that does not load, or a cluster that does not start, fails no test of its own; a run of nothing has shown nothing.
    if ((status !== 0 && numFailedTests === 0) || numPassedTests + numFailedTests === 0) failed++;
  } else failed++;
  rmSync(scratch, {recursive: true, force: true});
} else if (notes.length === 0) {
  console.error(`test:interop: no file is named so: ${asked.join(' ')}`);
  process.exit(2);
}
for (const note of notes) console.log(`\n${note}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
