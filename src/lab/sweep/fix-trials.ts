import {DLEDGER_FIXES} from '../../rocketmq/dledger/fixes.ts';
import {LAB_FIXES} from '../../rocketmq/store/lab-fixes.ts';
import type {SweepCheck, SweepRun} from './sweep-run.ts';

/** A remedy that is tried: what does a sweep find without it? */
export interface FixTrial {
  readonly fix: string;
  /** What it is a remedy for. */
  readonly flaws: readonly string[];
  /** Which remedies are off, one set after the other: it alone; then, as another may do as well, all that are for the same flaws. */
  readonly off: readonly (readonly string[])[];
}

const FLAWS_OF = flawsOfFixes();

function flawsOfFixes(): ReadonlyMap<string, readonly string[]> {
  const flaws = new Map<string, readonly string[]>();
  for (const [name, of] of Object.entries(DLEDGER_FIXES)) flaws.set(name, of.flaws);
  for (const [name, of] of Object.entries(LAB_FIXES)) flaws.set(name, [of.flaw]);
  return flaws;
}

/** A trial of each of these remedies. */
export function fixTrials(fixes: readonly string[]): FixTrial[] {
  return fixes.map((fix) => {
    const flaws = FLAWS_OF.get(fix) ?? [];
    const same = [...FLAWS_OF.keys()].filter((name) =>
      FLAWS_OF.get(name)!.some((flaw) => flaws.includes(flaw)),
    );
    return {fix, flaws, off: same.length > 1 ? [[fix], same] : [[fix]]};
  });
}

/** The check that turned red by a flaw of these, named as such; undefined where none did. */
export function checkOfFlaw({checks}: SweepRun, flaws: readonly string[]): SweepCheck | undefined {
  return checks.find(({verdict, flaw}) => verdict === 'known-flaw' && flaw !== null && flaws.includes(flaw));
}
