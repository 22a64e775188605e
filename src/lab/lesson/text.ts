/** A piece of running text. */
export type Inline =
  | {readonly kind: 'text' | 'code' | 'strong' | 'em'; readonly text: string}
  /** Said as the text around it is. */
  | {readonly kind: 'hole'; readonly name: string; readonly as: 'text' | 'code' | 'strong' | 'em'};

export type Block =
  | {readonly kind: 'paragraph'; readonly content: readonly Inline[]}
  | {readonly kind: 'list'; readonly items: readonly (readonly Inline[])[]}
  | {readonly kind: 'code'; readonly text: string};

export interface QuestionText {
  readonly asked: readonly Inline[];
  /** By option id, in the order of the text. */
  readonly options: ReadonlyMap<string, readonly Inline[]>;
  /** Shown once it is answered. */
  readonly answer: readonly Block[];
}

export interface StepText {
  readonly id: string;
  readonly title: readonly Inline[];
  readonly blocks: readonly Block[];
  readonly question: QuestionText | null;
  /** Line of its heading, from 1. */
  readonly line: number;
}

export interface LessonText {
  readonly title: readonly Inline[];
  /** Before the first step. */
  readonly intro: readonly Block[];
  readonly steps: readonly StepText[];
}

/** Something wrong in a text; line from 1. */
export interface TextFault {
  readonly line: number;
  readonly found: string;
  readonly expected: string;
}

const STEP = /^## (.+?) \{#([a-z][a-z0-9-]*)\}$/;
const OPTION = /^- \(([a-z][a-z0-9-]*)\) (.+)$/;

interface Line {
  readonly number: number;
  readonly text: string;
}

/**
 * Reads a lesson's text: a small Markdown. `# Title`, then `## Heading {#step-id}` for each step; within a step `### Question?`
 * is followed by options `- (option-id) text` and, quoted with `>`, what is said once it is answered. Holes are
 * `{{name}}`. Paragraphs, lists, fenced code, `code`, **strong** and *emphasis* are all there is.
 */
export function readLessonText(source: string): {
  readonly text: LessonText;
  readonly faults: readonly TextFault[];
} {
  const faults: TextFault[] = [];
  const sections: {heading: Line | null; lines: Line[]}[] = [{heading: null, lines: []}];
  let title: readonly Inline[] = [];
  for (const [position, text] of source.split(/\r?\n/).entries()) {
    const line = {number: position + 1, text: text.trimEnd()};
    if (line.text.startsWith('# ') && sections.length === 1) title = inlines(line.text.slice(2));
    else if (line.text.startsWith('## ')) sections.push({heading: line, lines: []});
    else sections[sections.length - 1]!.lines.push(line);
  }
  if (title.length === 0) faults.push({line: 1, found: 'no title', expected: 'a first line `# Title`'});
  const steps: StepText[] = [];
  for (const {heading, lines} of sections.slice(1)) {
    const match = STEP.exec(heading!.text);
    if (match === null) {
      faults.push({line: heading!.number, found: heading!.text, expected: '`## Heading {#step-id}`'});
      continue;
    }
    const id = match[2]!;
    if (steps.some((step) => step.id === id)) {
      faults.push({line: heading!.number, found: `step ${id} a second time`, expected: 'each step once'});
    }
    const ask = lines.findIndex((line) => line.text.startsWith('### '));
    steps.push({
      id,
      title: inlines(match[1]!),
      blocks: blocksOf(ask === -1 ? lines : lines.slice(0, ask)),
      question: ask === -1 ? null : readQuestion(lines.slice(ask), faults),
      line: heading!.number,
    });
  }
  return {text: {title, intro: blocksOf(sections[0]!.lines), steps}, faults};
}

function readQuestion(lines: readonly Line[], faults: TextFault[]): QuestionText {
  const options = new Map<string, readonly Inline[]>();
  const answer: Line[] = [];
  for (const line of lines.slice(1)) {
    const option = OPTION.exec(line.text);
    if (option !== null) options.set(option[1]!, inlines(option[2]!));
    else if (line.text.startsWith('>')) answer.push({...line, text: line.text.replace(/^> ?/, '')});
    else if (line.text !== '') {
      faults.push({
        line: line.number,
        found: line.text,
        expected: 'an option `- (id) text` or an answer line `> text`',
      });
    }
  }
  if (answer.length === 0) {
    faults.push({
      line: lines[0]!.number,
      found: 'a question without an answer',
      expected: 'lines `> text` after its options',
    });
  }
  return {asked: inlines(lines[0]!.text.slice(4)), options, answer: blocksOf(answer)};
}

function blocksOf(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  let items: string[] = [];
  let code: string[] | null = null;
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push({kind: 'paragraph', content: inlines(joinLines(paragraph))});
    if (items.length > 0) blocks.push({kind: 'list', items: items.map(inlines)});
    paragraph = [];
    items = [];
  };
  for (const {text} of lines) {
    if (text.startsWith('```')) {
      flush();
      if (code !== null) blocks.push({kind: 'code', text: code.join('\n')});
      code = code === null ? [] : null;
    } else if (code !== null) code.push(text);
    else if (text === '') flush();
    else if (text.startsWith('- ')) {
      if (paragraph.length > 0) flush();
      items.push(text.slice(2));
    } else if (items.length > 0) items[items.length - 1] = joinLines([items[items.length - 1]!, text.trim()]);
    else paragraph.push(text);
  }
  flush();
  return blocks;
}

/** Lines of one paragraph: a blank between them, but none between two Chinese characters. */
function joinLines(lines: readonly string[]): string {
  let joined = lines[0] ?? '';
  for (const line of lines.slice(1)) {
    const tight = isWide(joined.charCodeAt(joined.length - 1)) && isWide(line.charCodeAt(0));
    joined += tight ? line : ` ${line}`;
  }
  return joined;
}

function isWide(code: number): boolean {
  return (
    (0x2e80 <= code && code <= 0x9fff) ||
    (0xff00 <= code && code <= 0xffef) ||
    (0x2018 <= code && code <= 0x201d)
  );
}

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\{\{([\w-]+)\}\}/g;

function inlines(text: string): Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) parts.push({kind: 'text', text: text.slice(at, match.index)});
    const [whole, code, strong, em, hole] = match;
    if (hole !== undefined) parts.push({kind: 'hole', name: hole, as: 'text'});
    else if (code !== undefined) parts.push(...withHoles('code', code));
    else if (strong !== undefined) parts.push(...withHoles('strong', strong));
    else parts.push(...withHoles('em', em!));
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push({kind: 'text', text: text.slice(at)});
  return parts;
}

function withHoles(kind: 'code' | 'strong' | 'em', text: string): Inline[] {
  return text
    .split(/(\{\{[\w-]+\}\})/)
    .filter((part) => part !== '')
    .map((part): Inline => {
      const hole = /^\{\{([\w-]+)\}\}$/.exec(part);
      return hole === null ? {kind, text: part} : {kind: 'hole', name: hole[1]!, as: kind};
    });
}

/** Names of all holes in a text, each once. */
export function holesOf(text: LessonText): Set<string> {
  const names = new Set<string>();
  const inline = (parts: readonly Inline[]): void => {
    for (const part of parts) if (part.kind === 'hole') names.add(part.name);
  };
  const block = (blocks: readonly Block[]): void => {
    for (const each of blocks) {
      if (each.kind === 'paragraph') inline(each.content);
      else if (each.kind === 'list') each.items.forEach(inline);
    }
  };
  inline(text.title);
  block(text.intro);
  for (const step of text.steps) {
    inline(step.title);
    block(step.blocks);
    if (step.question === null) continue;
    inline(step.question.asked);
    for (const option of step.question.options.values()) inline(option);
    block(step.question.answer);
  }
  return names;
}
