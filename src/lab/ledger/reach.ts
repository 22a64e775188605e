import type {MessageFate} from './fate.ts';

/** Who a broker is, as it told when it was ready. */
interface BrokerAccount {
  readonly brokerName: string;
  readonly brokerId: number;
}

/** Which brokers can be asked for what they hold. */
export class Reach {
  /** Processes that hold a log and cannot be asked for it: ended, frozen, or still recovering. */
  readonly #silent = new Set<string>();
  readonly #brokers = new Map<string, BrokerAccount>();

  tells(process: string, {brokerName, brokerId}: BrokerAccount): void {
    this.#brokers.set(process, {brokerName, brokerId});
  }

  /** @returns whether that is new */
  fallSilent(process: string): boolean {
    if (this.#silent.has(process)) return false;
    this.#silent.add(process);
    return true;
  }

  /** @returns whether that is new */
  speakAgain(process: string): boolean {
    return this.#silent.delete(process);
  }

  /** Whether a broker can be asked for it. Nobody asks a slave whose master is there, and lacks it. */
  isServed(fate: MessageFate): boolean {
    return fate.holdings.some(
      ({process, goneEntryId}) =>
        goneEntryId === 0 && !this.#silent.has(process) && !this.#isBehindMaster(process, fate),
    );
  }

  #isBehindMaster(slave: string, fate: MessageFate): boolean {
    const of = this.#brokers.get(slave);
    if (of === undefined || of.brokerId === 0) return false;
    for (const [process, {brokerName, brokerId}] of this.#brokers) {
      if (brokerId !== 0 || brokerName !== of.brokerName || this.#silent.has(process)) continue;
      return !fate.holdings.some((holding) => holding.process === process && holding.goneEntryId === 0);
    }
    return false;
  }
}
