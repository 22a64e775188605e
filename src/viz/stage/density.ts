import type {FrameFamily} from '../../lab/view/view-state.ts';
import {lowerBound} from './ordered.ts';
import type {StageIndex} from './stage-index.ts';
import type {TimeMap} from './time-map.ts';

export interface DensityBucket {
  readonly fromUs: number;
  readonly toUs: number;
  readonly total: number;
  readonly families: Readonly<Record<FrameFamily, number>>;
}

/**
 * How many frames were sent in each of `buckets` equal parts of a stretch: equal in virtual time, or on screen where a map is
 * given.
 */
export function densityOf(
  index: StageIndex,
  fromUs: number,
  toUs: number,
  buckets: number,
  timeMap: TimeMap | null = null,
): DensityBucket[] {
  const edges: number[] = [];
  const from = timeMap?.toScreen(fromUs) ?? fromUs;
  const to = timeMap?.toScreen(toUs) ?? toUs;
  for (let i = 0; i <= buckets; i++) {
    const edge = from + ((to - from) * i) / buckets;
    edges.push(timeMap?.toVirtual(edge) ?? edge);
  }
  const counts = Array.from({length: buckets}, () => noFrames());
  for (const pair of index.pairs.values()) {
    let begin = lowerBound(pair.sentUs, edges[0]!, (us) => us);
    for (let i = 0; i < buckets; i++) {
      const end = lowerBound(pair.sentUs, edges[i + 1]!, (us) => us);
      counts[i]![pair.family] += end - begin;
      begin = end;
    }
  }
  return counts.map((families, i) => ({
    fromUs: edges[i]!,
    toUs: edges[i + 1]!,
    total: Object.values(families).reduce((sum, n) => sum + n, 0),
    families,
  }));
}

function noFrames(): Record<FrameFamily, number> {
  return {produce: 0, replicate: 0, deliver: 0, election: 0, route: 0};
}
