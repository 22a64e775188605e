// `npm run -s lab -- …`: the command line. Installs what is missing, then runs src/cli/main.ts as it stands.
import {ensureInstalled} from './ensure-installed.mjs';

ensureInstalled();
const {register} = await import('tsx/esm/api');
register();
const {main} = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
