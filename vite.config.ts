import {join} from 'node:path';
import {defineConfig} from 'vite';
import {indentationPlugin} from './tools/indentation-plugin.ts';
import {lessonsPlugin} from './tools/lessons-plugin.ts';

export default defineConfig({
  plugins: [
    lessonsPlugin(join(import.meta.dirname, 'lessons'), join(import.meta.dirname, 'scenarios')),
    indentationPlugin(join(import.meta.dirname, 'src/viz/')),
  ],
  // Relative, so that the built site works from any folder of any web server.
  base: './',
  server: {host: '127.0.0.1'},
  preview: {host: '127.0.0.1'},
  // Where the world runs, constants of modules stay constants: an engine builds their values into its code, and reads a `var` at each use.
  worker: {format: 'es', rolldownOptions: {output: {topLevelVar: false}}},
  build: {
    target: 'es2022',
    sourcemap: true,
    chunkSizeWarningLimit: 900,
    // What the first view needs comes in one file: in a score of them, each packed by itself, it weighs 5 kB more.
    rolldownOptions: {
      output: {codeSplitting: {groups: [{name: 'first-view', tags: ['$initial']}]}},
      // Reading the lessons takes most of a build, as it must: nobody who starts the page need be warned of it.
      checks: {bundlerTimings: false},
    },
  },
});
