import type {EntryBase, TraceEntry} from '../../sim/trace.ts';
import {type Reader, Readers} from '../readers.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {TraceStore} from '../trace-store.ts';
import type {CheckResult} from './check.ts';
import {
  type CheckName,
  DLEDGER_CHECK_NAMES,
  DLEDGER_LIVENESS_NAMES,
  type DLedgerCheckName,
  type DLedgerLivenessName,
} from './check-names.ts';
import {AnswerTrack} from './dledger/answer-track.ts';
import {CatchUpTrack} from './dledger/catch-up-track.ts';
import {DLedgerTrack} from './dledger/dledger-track.ts';
import {FlushTrack} from './dledger/flush-track.ts';
import {HandOverTrack} from './dledger/hand-over-track.ts';
import {MajorityTrack} from './dledger/majority-track.ts';
import {PatienceTrack} from './dledger/patience-track.ts';
import {RecoveryTrack} from './recovers.ts';
import {Remedies} from './remedies.ts';
import {ToldOfSlavesTrack} from './told-of-slaves.ts';

export type StreamedCheckName =
  | DLedgerCheckName
  | DLedgerLivenessName
  | 'told-of-slaves-in-time'
  | 'majority-leads'
  | 'recovers-after-heal';

const STREAMED: ReadonlySet<string> = new Set([
  ...DLEDGER_CHECK_NAMES,
  ...DLEDGER_LIVENESS_NAMES,
  'told-of-slaves-in-time',
  'majority-leads',
  'recovers-after-heal',
]);

export function isStreamed(name: CheckName): name is StreamedCheckName {
  return STREAMED.has(name);
}

const NOTHING_YET: EntryBase = {id: 0, atUs: 0, cause: 0};

/** Takes a history in, and has a verdict at any time; of one check, or of several that look at the same things. */
interface TrackOf<Name extends StreamedCheckName> extends Reader {
  /** @param last the last entry of the history so far, which tells how late it is */
  result(name: Name, last: EntryBase): CheckResult;
}
type Track = TrackOf<StreamedCheckName>;

/** The scenario's checks that are judged at every entry, and need nothing of the trace once it is taken in. */
export class StreamedChecks {
  private readonly readers: Readers;
  private readonly byName = new Map<StreamedCheckName, Track>();
  private last: EntryBase = NOTHING_YET;

  constructor(scenario: Scenario) {
    const remedies = new Remedies(scenario);
    const fixesOf = remedies.of;
    const producers = scenario.producers.map(({name}) => name);
    const asked: ReadonlySet<string> = new Set(scenario.checks);
    const make = <Name extends StreamedCheckName>(
      names: readonly Name[],
      track: () => TrackOf<Name>,
    ): void => {
      if (!names.some((name) => asked.has(name))) return;
      const made = track();
      // It is asked for nothing but these.
      for (const name of names) this.byName.set(name, made as Track);
    };
    make(DLEDGER_CHECK_NAMES, () => new DLedgerTrack(fixesOf));
    make(['sends-answered'], () => new AnswerTrack(fixesOf));
    make(['hand-overs-succeed'], () => new HandOverTrack(fixesOf));
    make(['members-catch-up'], () => new CatchUpTrack(fixesOf, producers));
    make(['leaders-are-patient'], () => new PatienceTrack(fixesOf));
    make(['flushes-keep-up'], () => new FlushTrack(fixesOf));
    make(['told-of-slaves-in-time'], () => new ToldOfSlavesTrack(scenario));
    make(['majority-leads'], () => new MajorityTrack(fixesOf));
    make(['recovers-after-heal'], () => new RecoveryTrack(producers, fixesOf));
    // A track looks at remedies as they are with the entry that it is given.
    this.readers = new Readers(remedies, ...new Set(this.byName.values()));
  }

  get isAsked(): boolean {
    return this.byName.size > 0;
  }

  take(entry: TraceEntry): void {
    this.last = entry;
    this.readers.take(entry);
  }

  takeAll(store: TraceStore): void {
    this.last = store.entries.at(-1) ?? NOTHING_YET;
    this.readers.takeAll(store);
  }

  /** The verdict so far; of a check that the scenario asks for. */
  result(name: StreamedCheckName): CheckResult {
    return this.byName.get(name)!.result(name, this.last);
  }
}
