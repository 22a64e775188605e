import type {Intervention} from '../../sim/intervention.ts';
import type {EntryOf, TraceEntry} from '../../sim/trace.ts';
import {Readers} from '../readers.ts';
import {broken, type CheckResult, type Evidence, held} from './check.ts';
import {FaultsOn} from './faults-on.ts';

/** Whether every fault that was ordered did something. Null where none was ordered. */
export function faultsStruck({scenario, store, interventions}: Evidence): CheckResult | null {
  const ordered = scenario.faults.length + interventions.length;
  if (ordered === 0) return null;
  const name = 'faults-struck';
  const isStart = startsOf(scenario.namesrvs, scenario.brokers, scenario.producers, scenario.consumers);
  const idle: string[] = [];
  let struck = 0;
  let firstIdle = 0;
  for (const entry of store.pick({entries: ['intervened']})) {
    if (isStart(entry)) continue;
    if (didSomething(entry, store.entries)) struck += 1;
    else {
      idle.push(wordsOf(entry.intervention));
      if (firstIdle === 0) firstIdle = entry.id;
    }
  }
  const never = ordered - struck - idle.length;
  if (idle.length === 0 && never === 0) return held(name, struck, `all ${struck} struck`);
  const why = [
    ...(scenario.chosen.length > 0 ? ['found nobody to strike'] : []),
    ...(scenario.faults.some(({when}) => when !== undefined) ? ['waited in vain'] : []),
    'came after the end of the run',
  ].join(', or ');
  const parts = [
    ...idle.map((words) => `${words} changed nothing`),
    ...(never > 0 ? [`${never} ${why}`] : []),
  ];
  return broken(name, struck, 'looked-at-nothing', parts.join('; '), firstIdle);
}

/** The scenario's own starts are no faults; each is taken for one only once. */
function startsOf(
  ...lists: readonly (readonly {readonly name: string; readonly startUs: number}[])[]
): (entry: EntryOf<'intervened'>) => boolean {
  const due = new Map(lists.flat().map((process) => [process.name, process.startUs]));
  return (entry) => {
    if (entry.intervention.kind !== 'start') return false;
    const {process} = entry.intervention;
    if (due.get(process) !== entry.atUs) return false;
    due.delete(process);
    return true;
  };
}

const CONSEQUENCES: Readonly<Record<Intervention['kind'], readonly TraceEntry['kind'][]>> = {
  start: ['process-started'],
  stop: ['process-stopping', 'process-ended'],
  kill: ['process-ended'],
  pause: ['process-paused'],
  resume: ['process-resumed'],
  restart: ['process-stopping', 'process-started'],
  'set-config': ['config-set'],
  cut: ['link-cut'],
  heal: ['link-healed'],
  'set-link': ['link-changed'],
  'jump-clock': ['clock-jumped'],
  'lose-power': ['machine-power-lost'],
  'restore-power': ['machine-power-restored'],
  'disk-fault': ['disk-fault-struck'],
  'heal-disk': ['disk-fault-lifted'],
  'destroy-disk': ['disk-destroyed'],
  'replace-disk': ['disk-replaced'],
};

/** A cut counts only once something has tried to cross it. */
function didSomething(entry: EntryOf<'intervened'>, entries: readonly TraceEntry[]): boolean {
  const wanted = CONSEQUENCES[entry.intervention.kind];
  // What an intervention causes follows it at once.
  for (let i = entry.id; i < entries.length; i += 1) {
    const next = entries[i]!;
    if (next.kind === 'intervened' || next.atUs !== entry.atUs) return false;
    if (next.cause !== entry.id || !wanted.includes(next.kind)) continue;
    return next.kind === 'link-cut' ? wasMet(next, entries) : true;
  }
  return false;
}

function wasMet(
  cut: Extract<TraceEntry, {kind: 'link-cut' | 'link-healed'}>,
  entries: readonly TraceEntry[],
): boolean {
  for (let i = cut.id; i < entries.length; i += 1) {
    const entry = entries[i]!;
    if (entry.kind === 'link-healed' && isOneLink(entry, cut)) return false;
    if (entry.kind === 'bytes-sent' && entry.arrivesUs === -1) return true;
    if ((entry.kind === 'bytes-lost' || entry.kind === 'bytes-delayed') && entry.why === 'cut') return true;
    if (entry.kind === 'connection-closed' && (entry.why === 'timeout' || entry.why === 'connect-timeout'))
      return true;
  }
  return false;
}

function isOneLink(
  a: {readonly from: string; readonly to: string},
  b: {readonly from: string; readonly to: string},
): boolean {
  return (a.from === b.from && a.to === b.to) || (a.from === b.to && a.to === b.from);
}

/** What is broken at the end of the run, in words; empty where every fault is lifted. */
export function faultsStillOn({scenario, store}: Evidence): string[] {
  const on = new FaultsOn(scenario.producers.map(({name}) => name));
  new Readers(on).takeAll(store);
  return on.list();
}

function wordsOf(did: Intervention): string {
  if ('process' in did) return `${did.kind} ${did.process}`;
  return 'machine' in did ? `${did.kind} ${did.machine}` : `${did.kind} ${did.from} and ${did.to}`;
}
