import {join} from 'node:path';
import {defineConfig} from 'vite';
import {lessonsPlugin} from './tools/lessons-plugin.ts';

export default defineConfig({
  plugins: [lessonsPlugin(join(import.meta.dirname, 'lessons'))],
  // Relative, so that the built site works from any folder of any web server.
  base: './',
  server: {host: '127.0.0.1'},
  preview: {host: '127.0.0.1'},
  worker: {format: 'es'},
  build: {target: 'es2022', sourcemap: true, chunkSizeWarningLimit: 900},
});
