// `npm start`: installs what is missing, builds the page if it is older than its sources, serves it and prints its address.
// `npm start -- --dev` serves the sources with hot reload instead; `--port N` asks for a port.
import {ensureInstalled, root} from './ensure-installed.mjs';
import {isFresh} from './fresh.mjs';

ensureInstalled();
const {build, createServer, preview} = await import('vite');

const words = process.argv.slice(2);
const asked = words.includes('--port') ? Number(words[words.indexOf('--port') + 1]) : undefined;
if (asked !== undefined && !(Number.isInteger(asked) && asked >= 0 && asked < 65536)) {
  console.error(
    `--port: expected a number from 0 to 65535, found ${words[words.indexOf('--port') + 1] ?? 'nothing'}`,
  );
  process.exit(2);
}

function isBuilt() {
  return isFresh('dist/index.html', [
    'src',
    'lessons',
    'scenarios',
    'tools',
    'index.html',
    'public',
    'package-lock.json',
    'vite.config.ts',
  ]);
}

let server;
if (words.includes('--dev')) {
  server = await createServer({root, server: {port: asked ?? 5173, strictPort: asked !== undefined}});
  await server.listen();
} else {
  if (!isBuilt()) {
    console.log('Building the page…');
    await build({root, logLevel: 'warn'});
  }
  server = await preview({root, preview: {port: asked ?? 4173, strictPort: asked !== undefined}});
}
console.log(`RocketMQ Lab: ${server.resolvedUrls.local[0]}`);
console.log('Ctrl-C stops it.');
