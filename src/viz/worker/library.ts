import {LESSON_FILES, type LessonFiles} from '../../lab/lesson/lesson.ts';
import {parseLesson} from '../../lab/lesson/parse.ts';
import {parseScenario} from '../../lab/scenario/parse.ts';
import type {LibraryItem} from './protocol.ts';

const FILES = import.meta.glob<string>('../../../lessons/*/*.{yaml,md}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The lessons and scenarios that come with the page, in order of name, the quickstart first. */
export function readLibrary(): LibraryItem[] {
  const folders = new Map<string, Record<string, string>>();
  for (const [path, text] of Object.entries(FILES)) {
    const [name, file] = path.split('/').slice(-2) as [string, string];
    const folder = folders.get(name) ?? {};
    folders.set(name, folder);
    folder[file] = text;
  }
  const items = [...folders]
    .filter(([, files]) => 'scenario.yaml' in files)
    .map(([name, files]) => itemOf(name, files));
  const rank = (item: LibraryItem): string => (item.name === 'quickstart' ? '' : item.name);
  return items.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

function itemOf(name: string, files: Record<string, string>): LibraryItem {
  const folder = `lessons/${name}`;
  const scenarioText = files['scenario.yaml']!;
  const {scenario, problems} = parseScenario(scenarioText, `${folder}/scenario.yaml`);
  const isLesson = LESSON_FILES.every((file) => file in files);
  if (!isLesson) return {name, scenarioText, scenario, lesson: null, problems};
  const parsed = parseLesson(files as unknown as LessonFiles, folder);
  return {name, scenarioText, scenario, lesson: parsed.lesson, problems: parsed.problems};
}
