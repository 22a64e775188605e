import type {Variation} from '../../lab/compare/vary.ts';
import type {Language} from '../../lab/language.ts';
import {hasErrors, type Problem} from '../../lab/scenario/problem.ts';
import {processNames, type Scenario} from '../../lab/scenario/scenario.ts';
import type {SharedMoment} from '../../lab/share-link.ts';
import type {Timeline} from '../../lab/timeline.ts';
import type {Opened} from '../session/opened.ts';
import type {Library, LibraryItem} from '../worker/protocol.ts';

/** What the address asks for. */
export type Opening =
  | {
      readonly kind: 'opened';
      readonly opened: Opened;
      readonly seed: string;
      readonly interventions: Timeline['interventions'];
      readonly atUs: number;
      /** The language that the link was made in; null where there is no link. */
      readonly language: Language | null;
      /** What is otherwise in the run that is to stand beside it; null: it stands alone. */
      readonly beside: Variation | null;
      readonly problems: readonly Problem[];
    }
  /** `error` is the key of a sentence, `detail` what it names. */
  | {readonly kind: 'failed'; readonly error: string; readonly detail: string};

type Check = (
  text: string,
) =>
  | Promise<{scenario: Scenario | null; problems: readonly Problem[]}>
  | {scenario: Scenario | null; problems: readonly Problem[]};

/**
 * Reads the address's fragment. Never rejects for what a link holds: a link may hold anything; it rejects
 * where a part of the page cannot be fetched.
 */
export async function openingOf(hash: string, library: Library, check: Check): Promise<Opening> {
  if (hash === '' || hash === '#') return fromLibrary(await library.load(library.entries[0]!.name));
  const {decodeShareLink, isLinkError} = await import('../../lab/share-link.ts');
  const shared = decodeShareLink(hash);
  if (isLinkError(shared)) {
    return {kind: 'failed', error: shared.error, detail: Object.values(shared.params).join(', ')};
  }
  if (shared.source.kind === 'lesson') {
    const {name} = shared.source;
    if (!library.entries.some((one) => one.name === name)) {
      return {kind: 'failed', error: 'unknown-scenario', detail: name};
    }
    return withMoment(fromLibrary(await library.load(name)), shared);
  }
  const {text} = shared.source;
  const {scenario, problems} = await check(text);
  const first = problems.find((problem) => problem.severity === 'error');
  if (scenario === null || hasErrors(problems)) {
    const detail = first === undefined ? '' : `${first.line}:${first.column} ${first.path} ${first.found}`;
    return {kind: 'failed', error: 'bad-scenario', detail};
  }
  return withMoment(
    {
      kind: 'opened',
      opened: {source: shared.source, scenarioText: text, scenario, lesson: null},
      seed: scenario.seed,
      interventions: [],
      atUs: 0,
      language: null,
      beside: null,
      problems,
    },
    shared,
  );
}

/** A scenario of the library at its beginning. */
export function fromLibrary(item: LibraryItem): Opening & {kind: 'opened'} {
  const {name, scenarioText, scenario, lesson, problems} = item;
  return {
    kind: 'opened',
    opened: {source: {kind: 'lesson', name}, scenarioText, scenario, lesson},
    seed: scenario.seed,
    interventions: [],
    atUs: 0,
    language: null,
    beside: lesson?.beside ?? null,
    problems,
  };
}

function withMoment(opening: Opening, shared: SharedMoment): Opening {
  if (opening.kind === 'failed') return opening;
  const stranger = strangerIn(shared.interventions, opening.opened.scenario);
  if (stranger !== null) return {kind: 'failed', error: 'unknown-victim', detail: stranger};
  return {
    ...opening,
    seed: shared.seed,
    interventions: shared.interventions,
    atUs: shared.atUs,
    language: shared.language,
    beside: shared.beside === undefined ? opening.beside : shared.beside,
  };
}

/** A process or machine that an intervention names and the scenario does not have; null if all are known. */
function strangerIn(interventions: Timeline['interventions'], scenario: Scenario): string | null {
  const processes = new Set(processNames(scenario));
  const machines = new Set(scenario.machines.map((machine) => machine.name));
  for (const {intervention: did} of interventions) {
    const named = 'process' in did ? [did.process] : 'machine' in did ? [did.machine] : [did.from, did.to];
    const known = 'process' in did ? processes : machines;
    const stranger = named.find((name) => !known.has(name));
    if (stranger !== undefined) return stranger;
  }
  return null;
}
