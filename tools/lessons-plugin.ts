/**
 * Reads the shipped lessons while the page is built: what the page gets is plain data, and the parsers (with zod and yaml,
 * half the weight of a world) stay out of its first view. A lesson with an error fails the build, in the words and with the
 * line numbers that `npm run -s lab -- lesson check` would print.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Plugin} from 'vite';
import {LANGUAGES, type Language} from '../src/lab/language.ts';
import {LESSON_FILES, type LessonFiles} from '../src/lab/lesson/lesson.ts';
import {parseLesson} from '../src/lab/lesson/parse.ts';
import {parseScenario} from '../src/lab/scenario/parse.ts';
import {hasErrors, type Problem, problemLine} from '../src/lab/scenario/problem.ts';
import type {LibraryEntry, LibraryItem} from '../src/viz/worker/protocol.ts';

/**
 * What src/viz/worker/library.ts imports: the list; for each name below it, what the name stands for; and below that, what its
 * lesson says in each language.
 */
const MODULE = 'virtual:lessons';
const RESOLVED = `\0${MODULE}`;

/**
 * @param lessons folder of the lessons, each in a folder of its own
 * @param scenarios folder of plain scenarios, likewise
 */
export function lessonsPlugin(lessons: string, scenarios: string): Plugin {
  // Each lesson is a module, and each of its texts; all of them are read at once, and again only when one has changed.
  let shelf: Shelf | null = null;
  const forget = (): void => {
    shelf = null;
  };
  return {
    name: 'rocketmq-lab-lessons',
    buildStart: forget,
    watchChange: forget,
    resolveId: (id) => (id === MODULE || id.startsWith(`${MODULE}/`) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(RESOLVED)) return null;
      shelf ??= joined(readLessons(lessons), readLessons(scenarios));
      const {items, files, problems} = shelf;
      for (const file of files) this.addWatchFile(file);
      if (hasErrors(problems)) this.error(['a lesson has errors:', ...problems.map(problemLine)].join('\n'));
      if (id === RESOLVED) return shelfOf(items);
      const [name, language] = id.slice(RESOLVED.length + 1).split('/');
      const item = items.find((each) => each.name === name)!;
      return language === undefined ? moduleOf(item) : textModuleOf(item, language as Language);
    },
  };
}

interface Shelf {
  readonly items: LibraryItem[];
  /** The files that were read. */
  readonly files: string[];
  readonly problems: Problem[];
}

function joined(a: Shelf, b: Shelf): Shelf {
  return {
    items: [...a.items, ...b.items],
    files: [...a.files, ...b.files],
    problems: [...a.problems, ...b.problems],
  };
}

/** Lessons as they build on each other; whatever else there is follows in order of name. */
const TAUGHT = [
  'quickstart',
  'power-cut',
  'replication',
  'five-clusters',
  'failover',
  'minority',
  'sixty-messages',
];

/** The folders of `folder` that hold a scenario, lessons first. */
export function readLessons(folder: string): Shelf {
  const read: string[] = [];
  const items: LibraryItem[] = [];
  const problems: Problem[] = [];
  for (const entry of readdirSync(folder, {withFileTypes: true})) {
    if (!entry.isDirectory()) continue;
    const names = readdirSync(join(folder, entry.name));
    const files = new Map<string, string>();
    for (const name of LESSON_FILES) {
      if (!names.includes(name)) continue;
      const path = join(folder, entry.name, name);
      read.push(path);
      const text = readFileSync(path, 'utf8');
      files.set(name, name === 'scenario.yaml' ? withConfFiles(text, join(folder, entry.name), read) : text);
    }
    if (!files.has('scenario.yaml')) continue;
    const parsed = itemOf(entry.name, files);
    problems.push(...parsed.problems);
    if (parsed.item !== null) items.push(parsed.item);
  }
  const rank = ({name}: LibraryItem): number =>
    TAUGHT.includes(name) ? TAUGHT.indexOf(name) : TAUGHT.length;
  items.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return {items, files: read, problems};
}

/**
 * A scenario with the files of its brokers written into it, since a page has no folder to read them from: what stands as
 * `name: { …, configFile: file }` becomes a block.
 */
function withConfFiles(text: string, folder: string, read: string[]): string {
  return text.replace(
    /^( +)([\w-]+): \{ (.*), configFile: (\S+) \}$/gm,
    (_, indent: string, name: string, members: string, file: string) => {
      const path = join(folder, file);
      read.push(path);
      const conf = readFileSync(path, 'utf8').trimEnd().split('\n');
      const lines = [...members.split(', '), 'config: |', ...conf.map((line) => `  ${line}`)];
      return [`${indent}${name}:`, ...lines.map((line) => `${indent}  ${line}`)].join('\n');
    },
  );
}

function itemOf(
  name: string,
  files: ReadonlyMap<string, string>,
): {item: LibraryItem | null; problems: readonly Problem[]} {
  const folder = `lessons/${name}`;
  const scenarioText = files.get('scenario.yaml')!;
  const {scenario, problems} = parseScenario(scenarioText, `${folder}/scenario.yaml`);
  if (scenario === null) return {item: null, problems};
  if (files.size < LESSON_FILES.length) {
    return {item: {name, scenarioText, scenario, lesson: null, problems}, problems};
  }
  const parsed = parseLesson(Object.fromEntries(files) as unknown as LessonFiles, folder);
  const item: LibraryItem = {
    name,
    scenarioText,
    scenario,
    lesson: parsed.lesson,
    problems: parsed.problems,
  };
  return {item, problems: parsed.problems};
}

function entryOf({name, scenarioText, scenario, lesson}: LibraryItem): LibraryEntry {
  return {
    name,
    title: scenario.title,
    isLesson: lesson !== null,
    durationUs: scenario.durationUs,
    namesrvs: scenario.namesrvs.length,
    brokers: scenario.brokers.length,
    producers: scenario.producers.length,
    consumers: scenario.consumers.length,
    textLength: scenarioText.length,
  };
}

/** The list's text: what is shown of each, and how to get the rest. */
function shelfOf(items: readonly LibraryItem[]): string {
  const books = items.map((item) => {
    const at = (path: string): string => `() => import(${JSON.stringify(`${MODULE}/${item.name}${path}`)})`;
    const texts = LANGUAGES.map((language) => `${JSON.stringify(language)}: ${at(`/${language}`)}`);
    const own = item.lesson === null ? 'null' : `{${texts.join(', ')}}`;
    return `{entry: ${literal(entryOf(item))}, load: ${at('')}, texts: ${own}}`;
  });
  return `export default [${books.join(', ')}];`;
}

/**
 * The text of one, but for what its lesson says. A lesson and its item share one scenario, as they do when both were parsed in
 * one place.
 */
export function moduleOf({scenario, lesson, ...item}: LibraryItem): string {
  const own = lesson === null ? 'null' : `{...${literal({...lesson, scenario: null, texts: {}})}, scenario}`;
  return `const scenario = ${literal(scenario)};\nexport default {...${literal(item)}, scenario, lesson: ${own}};`;
}

/** What a lesson says in one language. */
export function textModuleOf({lesson}: LibraryItem, language: Language): string {
  return `export default ${literal(lesson!.texts[language])};`;
}

/** Plain data as a JavaScript expression that makes the same again; maps and sets too. Throws for what is not plain. */
export function literal(value: unknown): string {
  if (value === undefined) return 'void 0';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(',')}]`;
  if (value instanceof Map) return `new Map(${literal([...value])})`;
  if (value instanceof Set) return `new Set(${literal([...value])})`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    // Computed, so that no name is special: `__proto__` in braces would not be a key.
    const members = Object.entries(value).map(([key, member]) => `${memberName(key)}:${literal(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`not plain data: ${typeof value} ${String(value)}`);
}

function memberName(key: string): string {
  return key === '__proto__' ? '["__proto__"]' : JSON.stringify(key);
}
