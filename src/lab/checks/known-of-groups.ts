import {Readers} from '../readers.ts';
import type {CheckResult, Evidence} from './check.ts';
import type {CheckName} from './check-names.ts';
import {DLedgerTrack} from './dledger/dledger-track.ts';
import {KNOWN_FLAWS, type KnownFlaw} from './dledger/findings.ts';
import {Remedies} from './remedies.ts';

/** Checks that look at what became of acknowledged messages. */
const OF_MESSAGES: ReadonlySet<CheckName> = new Set([
  'acked-messages-survive',
  'durable-as-promised',
  'delivered-at-least-once',
]);

/**
 * What would be a defect is a known flaw of DLedger where a cut of committed entries that the flaw is convicted of has taken the
 * messages, and where without those messages the check finds nothing that would be a defect.
 */
export function excuseKnownOfGroups(
  result: CheckResult,
  name: CheckName,
  evidence: Evidence,
  check: (evidence: Evidence) => CheckResult,
): CheckResult {
  if (result.verdict !== 'defect' || !OF_MESSAGES.has(name)) return result;
  const flawOf = convictedCuts(evidence);
  if (flawOf.size === 0) return result;
  const flaws = new Map<string, KnownFlaw>();
  for (const fate of evidence.ledger.messages.values()) {
    if (fate.lostTurns === null) continue;
    for (const {taken} of fate.holdings) {
      const flaw = taken === null ? undefined : flawOf.get(taken.entryId);
      if (flaw !== undefined) flaws.set(fate.msgId, flaw);
    }
  }
  const [flaw] = flaws.values();
  if (flaw === undefined) return result;
  const rest = check({...evidence, ledger: evidence.ledger.without(new Set(flaws.keys()))});
  if (rest.verdict === 'defect') return result;
  const {words} = KNOWN_FLAWS[flaw];
  return {...result, verdict: 'known-flaw', flaw, detail: `${result.detail}: ${flaw}: ${words}`};
}

/** Entries at which a known flaw has had a member cut off what was committed. */
function convictedCuts({scenario, store}: Evidence): ReadonlyMap<number, KnownFlaw> {
  const track = new DLedgerTrack(Remedies.in(scenario, store).of);
  new Readers(track).takeAll(store);
  const flaws = new Map<number, KnownFlaw>();
  for (const {entryId, flaw} of track.result('committed-never-lost').findings ?? []) {
    if (flaw !== null) flaws.set(entryId, flaw as KnownFlaw);
  }
  return flaws;
}
