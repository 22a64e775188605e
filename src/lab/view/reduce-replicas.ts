import type {Draft} from './draft.ts';
import type {LogCellView, LogView} from './view-state.ts';

/**
 * The log of slave `name` reaches up to `end` now. A slave tells of bytes, not of messages: which these are, its master's log
 * says, as far as that is still drawn. A record that began before what came now is not counted: of a slave that was ahead of
 * its master, it is the slave's own.
 */
export function slaveAppended(draft: Draft, name: string, end: number, tailCells: number): void {
  const broker = draft.broker(name);
  if (broker === null || end <= broker.log.written) return;
  const from = broker.log.written;
  const log = draft.object(broker.log);
  log.written = end;
  const cells = cellsOfMaster(draft, broker.brokerName, from, end);
  if (cells.length > 0) {
    log.tail = [...log.tail, ...cells].slice(-tailCells);
    log.undispatched = [...log.undispatched, ...cells];
    log.messages += cells.length;
  }
  broker.log = log;
}

/** Some slave has everything before `offset`; the furthest of several counts, as it does for a put that waits. */
export function replicatedTo(draft: Draft, name: string, offset: number): void {
  const broker = draft.broker(name);
  if (broker === null || offset <= broker.log.replicated) return;
  const log = draft.object(broker.log);
  log.replicated = offset;
  broker.log = log;
}

function cellsOfMaster(draft: Draft, brokerName: string, from: number, to: number): LogCellView[] {
  for (const {broker} of draft.state.processes.values()) {
    if (broker === undefined || broker.brokerName !== brokerName || broker.role === 'SLAVE') continue;
    return cellsWithin(broker.log, from, to);
  }
  return [];
}

function cellsWithin(log: LogView, from: number, to: number): LogCellView[] {
  return log.tail.filter((cell) => from <= cell.physicalOffset && cell.physicalOffset + cell.sizeBytes <= to);
}
