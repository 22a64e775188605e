// `npm run bench [-- part …]`: what things cost on this machine, beside the figures we promise.
import {ensureInstalled} from './ensure-installed.mjs';

ensureInstalled();
const {importBundled} = await import('./node-bundle.mjs');
const {main} = await importBundled('bench', 'test/bench/bench.ts', {sources: ['test/bench', 'tools']});
process.exitCode = await main(process.argv.slice(2));
