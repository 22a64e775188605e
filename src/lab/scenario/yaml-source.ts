import {isMap, isPair, isScalar, LineCounter, type Node, parseDocument, type Scalar} from 'yaml';
import type {z} from 'zod';
import {allowedKeys} from './allowed-keys.ts';
import {closest, type Path, type Problem} from './problem.ts';

export type {Path} from './problem.ts';

/** A lesson says some hundred times which moment it means; a bomb of aliases in aliases comes to far more. */
const ALIASES_MAX = 10_000;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A YAML text with its positions, and the problems found in it so far. */
export class YamlSource {
  readonly file: string;
  readonly text: string;
  readonly problems: Problem[] = [];
  readonly value: unknown;
  readonly #lines = new LineCounter();
  readonly #document;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      keepSourceTokens: true,
    });
    for (const error of this.#document.errors) this.#syntax(error, 'error');
    for (const warning of this.#document.warnings) this.#syntax(warning, 'warning');
    this.value = this.#document.errors.length === 0 ? this.#plain() : undefined;
  }

  /** The document as plain data; undefined, with a problem noted, where aliases lead nowhere or to too much. */
  #plain(): unknown {
    try {
      return this.#document.toJS({maxAliasCount: ALIASES_MAX});
    } catch (error) {
      const [why = ''] = (error as Error).message.split('\n');
      const name = /: (\S+)$/.exec(why)?.[1];
      const at = name === undefined ? -1 : this.text.search(new RegExp(`\\*${escaped(name)}(?![\\w-])`));
      const what = {message: why, pos: [Math.max(0, at), Math.max(0, at)] as const};
      this.#syntax(what, 'error');
      return undefined;
    }
  }

  #syntax(
    error: {readonly pos: readonly [number, number]; readonly message: string},
    severity: Problem['severity'],
  ): void {
    const {line, col} = this.#lines.linePos(error.pos[0]);
    const [line1] = error.message.split('\n');
    this.problems.push({
      file: this.file,
      line,
      column: Math.max(1, col),
      path: '',
      found: quote(excerpt(this.text, error.pos[0])),
      expected: `valid YAML (${line1})`,
      severity,
    });
  }

  /** Notes a problem with the value at `path`, or with its key. */
  report(
    path: Path,
    what: {
      readonly found: string;
      readonly expected: string;
      readonly didYouMean?: string | null;
      /** All of it in one sentence, where that says it better. */
      readonly text?: string;
    },
    options: {readonly severity?: Problem['severity']; readonly atKey?: boolean} = {},
  ): void {
    const {line, column} = this.position(path, options.atKey ?? false);
    this.reportAt(line, column, path, what, options.severity ?? 'error');
  }

  reportAt(
    line: number,
    column: number,
    path: Path,
    what: {
      readonly found: string;
      readonly expected: string;
      readonly didYouMean?: string | null;
      readonly text?: string;
    },
    severity: Problem['severity'],
    file: string = this.file,
  ): void {
    const didYouMean =
      what.didYouMean === null || what.didYouMean === undefined ? {} : {didYouMean: what.didYouMean};
    this.problems.push({
      file,
      line,
      column,
      path: path.join('.'),
      found: what.found,
      expected: what.expected,
      severity,
      ...didYouMean,
      ...(what.text === undefined ? {} : {text: what.text}),
    });
  }

  /** Where the value at `path` begins, or the nearest thing around it that exists. */
  position(path: Path, atKey = false): {readonly line: number; readonly column: number} {
    for (let length = path.length; length >= 0; length -= 1) {
      const part = path.slice(0, length);
      const node = atKey && length === path.length ? this.#keyNode(part) : this.node(part);
      const range = node?.range;
      if (range) {
        const {line, col} = this.#lines.linePos(range[0]);
        return {line, column: col};
      }
    }
    return {line: 1, column: 1};
  }

  node(path: Path): Node | null {
    const node = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    return (node as Node | null | undefined) ?? null;
  }

  #keyNode(path: Path): Node | null {
    const parent = this.node(path.slice(0, -1));
    if (!isMap(parent)) return null;
    const key = String(path[path.length - 1]);
    const pair = parent.items.find((item) => isPair(item) && String((item.key as Scalar).value) === key);
    return (pair?.key as Node | undefined) ?? null;
  }

  /**
   * Where a line and column of a scalar's text lie in the file: a block scalar's first line is the one after its `|`, and
   * all are indented.
   */
  positionInScalar(
    path: Path,
    line: number,
    column: number,
  ): {readonly line: number; readonly column: number} {
    const node = this.node(path);
    const start = this.position(path);
    if (!isScalar(node)) return start;
    if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
      const source = this.text.split('\n')[start.line + line - 1] ?? '';
      const indent = source.length - source.trimStart().length;
      return {line: start.line + line, column: indent + column};
    }
    const quoteWidth = node.type === 'PLAIN' ? 0 : 1;
    return line === 1 ? {line: start.line, column: start.column + quoteWidth + column - 1} : start;
  }

  /** Checks the value by a schema; problems are noted with their places. Null if it does not fit. */
  check<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> | null {
    if (this.value === undefined) return null;
    const result = schema.safeParse(this.value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#issue(schema, issue, []);
    return null;
  }

  #issue(schema: z.ZodType, issue: z.core.$ZodIssue, prefix: Path): void {
    const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    const value = this.#valueAt(path);
    switch (issue.code) {
      case 'unrecognized_keys': {
        const allowed = allowedKeys(schema, path);
        for (const key of issue.keys) {
          const didYouMean = closest(key, allowed);
          this.report(
            [...path, key],
            {found: `unknown key ${quote(key)}`, expected: `one of ${allowed.join(', ')}`, didYouMean},
            {atKey: true},
          );
        }
        return;
      }
      case 'invalid_union': {
        const branch = bestBranch(issue.errors);
        if (branch === null) this.report(path, {found: show(value), expected: issue.message});
        else for (const inner of branch) this.#issue(schema, inner, path);
        return;
      }
      case 'invalid_key':
        this.report(
          path,
          {found: quote(String(path[path.length - 1])), expected: issue.issues[0]?.message ?? issue.message},
          {atKey: true},
        );
        return;
      case 'invalid_value': {
        const options = issue.values.map(String);
        const didYouMean = typeof value === 'string' ? closest(value, options) : null;
        this.report(path, {
          found: show(value),
          expected: options.length === 1 ? options[0]! : `one of ${options.join(', ')}`,
          didYouMean,
        });
        return;
      }
      case 'invalid_type':
        if (value === undefined) {
          const key = String(path[path.length - 1] ?? '');
          this.report(path, {found: 'nothing', expected: `${key}: ${article(issue.expected)}`});
        } else
          this.report(path, {
            found: show(value),
            expected: issue.message.startsWith('Invalid') ? article(issue.expected) : issue.message,
          });
        return;
      default:
        this.report(path, {found: show(value), expected: issue.message});
    }
  }

  #valueAt(path: Path): unknown {
    let value: unknown = this.value;
    for (const part of path) {
      if (value === null || typeof value !== 'object') return undefined;
      value = (value as Record<string, unknown>)[String(part)];
    }
    return value;
  }
}

/** Of the alternatives that all failed, the one that came furthest: not stopped by the very type of the value. */
function bestBranch(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  const deep = errors.filter((issues) =>
    issues.some((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  const pick =
    deep.length > 0 ? deep : errors.filter((issues) => issues.some((issue) => issue.code !== 'invalid_type'));
  return pick[0] ?? null;
}

function article(type: string): string {
  switch (type) {
    case 'object':
    case 'record':
      return 'a mapping (key: value)';
    case 'array':
      return 'a list';
    case 'string':
      return 'a text';
    case 'number':
    case 'int':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return type;
  }
}

export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? quote(value) : String(value);
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
}

function excerpt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(at, end === -1 ? undefined : end).trim() || 'end of the text';
}
