import type {FlightView} from '../../lab/view/view-state.ts';
import type {StageIndex} from './stage-index.ts';

/** Between members of a group: votes, heartbeats, pushes and their like. */
const FIRST_CODE = 51_000;
const LAST_CODE = 51_999;

/** The term that a frame between members of a DLedger group is of; -1 for any other frame. */
export function frameTerm(index: StageIndex, sent: number, frame: FlightView['frame']): number {
  if (frame.requestCode < FIRST_CODE || LAST_CODE < frame.requestCode) return -1;
  const told = termIn(frame.detail);
  if (0 <= told || frame.form !== 'response') return told;
  // Most answers to heartbeats leave the term out: they are of that of their request.
  const request = index.partnerOf(sent);
  return request === 0 ? -1 : termIn(index.summaryOf(request).detail);
}

function termIn(detail: string): number {
  return Number(/(?:^| )T(\d+)/.exec(detail)?.[1] ?? -1);
}
