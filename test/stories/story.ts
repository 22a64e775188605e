import {importanceOf} from '../../src/lab/narration/importance.ts';
import {narrate} from '../../src/lab/narration/narrate.ts';
import {type RunReport, reportOf} from '../../src/lab/report.ts';
import {openRun} from '../../src/lab/run.ts';
import {sayMoment} from '../../src/lab/say-duration.ts';
import {parseScenario, problemLine} from '../../src/lab/scenario/parse.ts';
import {timelineOf} from '../../src/lab/timeline.ts';
import {storeOf, type TraceStore} from '../../src/lab/trace-store.ts';
import {TraceIndex} from '../../src/lab/view/trace-index.ts';
import type {Fact} from '../../src/rocketmq/facts.ts';

/** A story that was run to its end. */
export interface Told {
  readonly report: RunReport;
  readonly store: TraceStore;
  readonly index: TraceIndex;
}

export function tell(scenarioText: string, seed?: string): Told {
  const {scenario, problems} = parseScenario(scenarioText, 'story.yaml');
  if (scenario === null) throw new Error(problems.map(problemLine).join('\n'));
  const run = openRun(timelineOf(scenario, seed ?? scenario.seed));
  run.advance(run.durationUs, Number.MAX_SAFE_INTEGER);
  const store = storeOf(run.world.trace);
  const index = new TraceIndex(store);
  index.update();
  return {report: reportOf(run, 0, store), store, index};
}

/** Runs of the same thing happening to the same process are told once, with their number. */
const REPEATED: ReadonlySet<string> = new Set([
  'send-acknowledged',
  'message-delivered',
  'pull-failed',
  'queue-taken',
]);

/**
 * The transcript of a story: what makes people look up, and between it how many messages were acknowledged and delivered.
 * A line per thing that happened, in order.
 */
export function transcript({store, index}: Told): string[] {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const flush = (): void => {
    if (counts.size === 0) return;
    const parts = [...counts].map(([what, count]) => `${count} × ${what}`);
    lines.push(`${' '.repeat(16)}  … ${parts.join(', ')}`);
    counts.clear();
  };
  for (const entry of store.entries) {
    const kind = entry.kind === 'fact' ? entry.fact.kind : entry.kind;
    if (entry.kind === 'fact' && REPEATED.has(kind)) {
      const fact = entry.fact as Fact;
      const again = fact.kind === 'message-delivered' && index.deliveryOrdinal(entry.id) > 1 ? ' again' : '';
      const what = `${entry.process} ${kind}${again}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
      continue;
    }
    if (importanceOf(entry, index) < 2) continue;
    flush();
    lines.push(`${sayMoment(entry.atUs).padStart(16)}  ${narrate(entry, 'en', index)}`);
  }
  flush();
  return lines;
}
