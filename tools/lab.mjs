// `npm run -s lab -- …`: the command line. Installs what is missing, bundles src/cli if it has changed, and runs it.
import {ensureInstalled} from './ensure-installed.mjs';

ensureInstalled();
const {importBundled} = await import('./node-bundle.mjs');
const {main} = await importBundled('lab', 'src/cli/main.ts', {alone: true});
process.exitCode = await main(process.argv.slice(2));
