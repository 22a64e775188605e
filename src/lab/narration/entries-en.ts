import type {CloseReason} from '../../ports/network.ts';
import type {Fact} from '../../rocketmq/facts.ts';
import type {Intervention} from '../../sim/intervention.ts';
import type {EntryOf, TraceEntry} from '../../sim/trace.ts';
import type {HaFrame} from '../ha-frame.ts';
import {sayCount} from '../say-duration.ts';
import type {FrameSummary} from '../view/view-state.ts';
import type {GroupTeller, NarrationContext} from './context.ts';
import {factInEnglish} from './facts-en.ts';
import {faultEntryInEnglish, machineInterventionInEnglish} from './faults-en.ts';

/** What an entry means, in English; null: not worth telling. */
export function entryInEnglish(
  entry: TraceEntry,
  context: NarrationContext,
  tellGroup: GroupTeller,
): string | null {
  switch (entry.kind) {
    case 'fact':
      return factInEnglish(entry.process, entry.fact as Fact, context.deliveryOrdinal(entry.id), (fact) =>
        tellGroup(entry.process, fact, () => context.ledgerRoleOf(entry.process, entry.id)),
      );
    case 'world-began':
      return entry.seed === '' ? 'The recording begins.' : `The world begins, with seed ${entry.seed}.`;
    case 'machine-added':
      return `Machine ${entry.machine} has address ${entry.address}.`;
    case 'process-added':
      return entry.foreign
        ? `${entry.process}, which was not recorded itself, will be heard from ${entry.machine}.`
        : `${entry.process} will run on ${entry.machine}.`;
    case 'intervened':
      return interventionInEnglish(entry.intervention);
    case 'process-started':
      return `${entry.process} starts with pid ${entry.pid}.`;
    case 'process-stopping':
      return `${entry.process} is asked to stop and puts its things away.`;
    case 'peer-seen':
      return `${entry.process} is there${entry.pid === 0 ? '' : ` (pid ${entry.pid})`}: its first connection.`;
    case 'peer-gone':
      return `${entry.process} has no connection any more.`;
    case 'process-ended':
      return endInEnglish(entry.process, entry.why, entry.reason);
    case 'process-paused':
      return `${entry.process} freezes. Its sockets stay open and nobody answers.`;
    case 'process-resumed':
      return `${entry.process} goes on where it froze.`;
    case 'config-set':
      return `The configuration of ${entry.process} says ${entry.key}=${entry.value} now. It is read when the process starts, not before.`;
    case 'timer-ran':
      return null;
    case 'listening':
      return `${entry.process} listens on port ${entry.port}.`;
    case 'connecting':
      return entry.peer === ''
        ? `${entry.process} connects to ${entry.remoteAddress}, where nobody listens.`
        : `${entry.process} connects to ${entry.peer} (${entry.remoteAddress}).`;
    case 'connected':
      return `${entry.process} and ${entry.peer} are connected.`;
    case 'connection-closed':
      return closeInEnglish(entry.process, entry.peer, entry.why);
    case 'bytes-sent':
      return frameInEnglish(entry.process, entry.peer, context.frame(entry.id));
    case 'bytes-arrived':
      return null; // The picture shows it; what it sets off is told by the facts that follow.
    case 'bytes-lost':
      return `What ${entry.process} had sent to ${entry.peer} is lost: ${
        {
          cut: 'the link is cut',
          reset: 'the connection was reset',
          'process-gone': `${entry.peer} no longer runs`,
          'machine-gone': 'the machine is down',
        }[entry.why]
      }.`;
    case 'bytes-delayed':
      return `A segment is held up: ${
        {
          loss: 'it was lost and must be sent again',
          cut: 'the link is cut',
          paused: 'the receiver is frozen',
          'machine-gone': 'the machine at the other end has no power',
        }[entry.why]
      }.`;
    case 'end-sent':
      return `${entry.process} will send ${entry.peer} no more (FIN).`;
    case 'end-arrived':
      return null;
    case 'link-cut':
      return entry.direction === 'both'
        ? `The link between ${entry.from} and ${entry.to} is cut.`
        : `Nothing gets from ${entry.from} to ${entry.to} any more; the way back is open.`;
    case 'link-healed':
      return `The link between ${entry.from} and ${entry.to} works again.`;
    case 'disk-write':
    case 'disk-truncate':
    case 'disk-rename':
    case 'disk-remove':
    case 'disk-sync':
      return null; // Each is part of what a fact tells: an append, a flush, a configuration file.
    case 'disk-synced':
      return entry.failure === null
        ? null
        : `A sync of ${entry.path} by ${entry.process} failed: ${entry.failure}`;
    case 'clock-jumped':
      return `The clock of ${entry.machine} jumps by ${entry.byMs} ms.`;
    case 'link-changed':
    case 'machine-power-lost':
    case 'machine-power-restored':
    case 'disk-write-back':
    case 'disk-written-back':
    case 'disk-fault-struck':
    case 'disk-fault-lifted':
    case 'disk-read-only':
    case 'disk-destroyed':
    case 'disk-replaced':
    case 'disk-undone':
    case 'disk-pages-lost':
      return faultEntryInEnglish(entry);
    default:
      return unreachable(entry);
  }
}

function endInEnglish(who: string, why: EntryOf<'process-ended'>['why'], reason: string): string {
  switch (why) {
    case 'stopped':
      return `${who} has stopped in order.`;
    case 'killed':
      return `${who} is killed. Its sockets close; what it wrote stays in the page cache of its machine.`;
    case 'exited':
      return `${who} ends by itself: ${reason}.`;
    case 'crashed':
      return `${who} crashes: ${reason}`;
    case 'power-lost':
      return `${who} is gone: its machine has lost power.`;
    default:
      return unreachable(why);
  }
}

function interventionInEnglish(did: Intervention): string {
  switch (did.kind) {
    case 'start':
      return `Start ${did.process}.`;
    case 'stop':
      return `Stop ${did.process} (SIGTERM).`;
    case 'kill':
      return `Kill ${did.process} (SIGKILL).`;
    case 'pause':
      return `Freeze ${did.process} (SIGSTOP).`;
    case 'resume':
      return `Let ${did.process} go on (SIGCONT).`;
    case 'restart':
      return `Stop ${did.process} (SIGTERM) and start it again.`;
    case 'set-config':
      return `Set ${did.key}=${did.value} in the configuration of ${did.process}.`;
    case 'cut':
      return did.direction === 'both'
        ? `Cut the link between ${did.from} and ${did.to}.`
        : `Cut the way from ${did.from} to ${did.to}.`;
    case 'heal':
      return `Heal the link between ${did.from} and ${did.to}.`;
    case 'jump-clock':
      return `Set the clock of ${did.machine} ${did.byMs < 0 ? 'back' : 'ahead'} by ${Math.abs(did.byMs)} ms.`;
    case 'lose-power':
    case 'restore-power':
    case 'disk-fault':
    case 'heal-disk':
    case 'destroy-disk':
    case 'replace-disk':
    case 'set-link':
      return machineInterventionInEnglish(did);
    default:
      return unreachable(did);
  }
}

function closeInEnglish(who: string, peer: string, why: CloseReason): string {
  const other = peer || 'its peer';
  switch (why) {
    case 'refused':
      return `${who} cannot connect: nobody listens there.`;
    case 'connect-timeout':
      return `${who} gives up connecting to ${other}: no answer came.`;
    case 'ended':
      return `The connection of ${who} with ${other} has ended in order.`;
    case 'reset':
      return `${who} sees its connection with ${other} reset.`;
    case 'timeout':
      return `${who} takes its connection with ${other} for broken: nothing was acknowledged for too long.`;
    case 'destroyed':
      return `${who} closes its connection with ${other}.`;
    default:
      return unreachable(why);
  }
}

function frameInEnglish(from: string, to: string, frame: FrameSummary): string {
  const detail = frame.detail === '' ? '' : ` (${frame.detail})`;
  switch (frame.form) {
    case 'request':
      return `${from} asks ${to}: ${frame.name}${detail}.`;
    case 'oneway':
      return `${from} tells ${to}, one-way: ${frame.name}${detail}.`;
    case 'response':
      return `${from} answers ${to}: ${frame.name}${detail}.`;
    case 'raw':
      return frame.ha === undefined ? `${from} sends ${to} ${frame.name}.` : haInEnglish(from, to, frame.ha);
    default:
      return unreachable(frame.form);
  }
}

function haInEnglish(from: string, to: string, ha: HaFrame): string {
  const offset = sayCount(ha.offset);
  switch (ha.kind) {
    case 'transfer':
      return `${from} sends ${to} ${sayCount(ha.sizeBytes)} bytes of its commit log, from ${offset} on.`;
    case 'heartbeat':
      return `${from} sends ${to} a heartbeat over the replication link, at ${offset}.`;
    case 'report':
      return `${from} reports to ${to} how far its log reaches: ${offset}.`;
    default:
      return unreachable(ha);
  }
}

function unreachable(value: never): never {
  throw new Error(`no sentence for ${JSON.stringify(value)}`);
}
