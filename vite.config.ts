import {defineConfig} from 'vite';

export default defineConfig({
  // Relative, so that the built site works from any folder of any web server.
  base: './',
  server: {host: '127.0.0.1'},
  preview: {host: '127.0.0.1'},
  worker: {format: 'es'},
  build: {target: 'es2022', sourcemap: true, chunkSizeWarningLimit: 900},
});
