import type {Language} from '../../lab/language.ts';
import {sayDuration} from '../../lab/say-duration.ts';
import type {ProcessStatus} from '../../lab/view/view-state.ts';
import type {Intervention} from '../../sim/intervention.ts';
import type {ProcessKind} from '../../sim/trace.ts';
import type {Catalogue} from '../i18n/en.ts';
import {pageLanguage} from '../i18n/i18n.ts';
import type {Pace} from '../session/pace.ts';

export function kindName(kind: ProcessKind, t: Catalogue): string {
  switch (kind) {
    case 'namesrv':
      return t.kindNamesrv;
    case 'broker':
      return t.kindBroker;
    case 'producer':
      return t.kindProducer;
    case 'consumer':
      return t.kindConsumer;
    case 'console':
      return t.kindConsole;
    case 'other':
      return t.kindOther;
  }
}

export function statusName(status: ProcessStatus, t: Catalogue): string {
  switch (status) {
    case 'not-started':
      return t.statusNotStarted;
    case 'running':
      return t.statusRunning;
    case 'stopping':
      return t.statusStopping;
    case 'paused':
      return t.statusPaused;
    case 'stopped':
      return t.statusStopped;
    case 'killed':
      return t.statusKilled;
    case 'exited':
      return t.statusExited;
    case 'crashed':
      return t.statusCrashed;
    case 'power-lost':
      return t.statusPowerLost;
    case 'disconnected':
      return t.statusDisconnected;
  }
}

export function paceName(pace: Pace, t: Catalogue): string {
  if (pace.kind === 'story') return pace.rate === 1 ? t.storyTime : t.storySpeed(String(pace.rate));
  if (pace.rate === 1) return `${t.linear('1')} ${t.realTime}`;
  return t.linear(pace.rate < 1 ? String(pace.rate) : pace.rate.toLocaleString('en'));
}

export function interventionName(did: Intervention, t: Catalogue, language: Language): string {
  switch (did.kind) {
    case 'kill':
      return t.doKill(did.process);
    case 'stop':
      return t.doStop(did.process);
    case 'start':
      return t.doStart(did.process);
    case 'restart':
      return t.doRestart(did.process);
    case 'pause':
      return t.doPause(did.process);
    case 'resume':
      return t.doResume(did.process);
    case 'set-config':
      return t.doSetConfig(did.process, did.key, did.value);
    case 'cut':
      return did.direction === 'both' ? t.doCut(did.from, did.to) : t.doCutOneWay(did.from, did.to);
    case 'heal':
      return t.doHeal(did.from, did.to);
    case 'jump-clock':
      return t.doJump(did.machine, sayDuration(did.byMs * 1000, language));
    default:
      // A name, not a sentence.
      return pageLanguage.pack.intervention(did).replace(/[.。]$/, '');
  }
}
