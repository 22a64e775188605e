// `npm run bench:host [-- --rounds N] [--profile FOLDER]`: our servers beside Apache's 4.9.1 on this machine, in one run;
// `npm run bench:host -- --failovers N`: how long a DLedger group of either is without a master.
// Needs java and mvn; builds the Java side where tools/interop.mjs does.
import {ensureInstalled, root} from './ensure-installed.mjs';
import {buildJava} from './interop-java.mjs';

ensureInstalled();
const java = buildJava();
if (java === null) {
  console.error('bench:host: the Java side could not be built; it needs java and mvn');
  process.exit(2);
}
const {importBundled} = await import('./node-bundle.mjs');
const {main} = await importBundled('bench-host', 'test/bench/host/host.ts', {
  sources: ['test/bench/host', 'test/interop/support'],
});
process.exitCode = await main(process.argv.slice(2), {root, java});
