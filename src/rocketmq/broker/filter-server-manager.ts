import type {Clock} from '../../ports/clock.ts';
import type {Channel} from '../remoting/remoting.ts';

const SILENT_MS_MAX = 30_000;

interface FilterServer {
  readonly address: string | null;
  lastUpdateMs: number;
}

/**
 * Filter servers beside this broker, each known by its connection and told to the NameServers with the next registration.
 * Source: RocketMQ 4.9.1 `broker.filtersrv.FilterServerManager`, less the starting of such servers.
 */
export class FilterServerManager {
  readonly #clock: Clock;
  readonly #servers = new Map<Channel, FilterServer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#servers.size === 0;
  }

  /** Those that told one, in the order of their first registration. */
  get addresses(): string[] {
    return [...this.#servers.values()].flatMap(({address}) => address ?? []);
  }

  /** A connection keeps the address that it registered first. */
  register(channel: Channel, address: string | null): void {
    const lastUpdateMs = this.#clock.nowMs();
    const known = this.#servers.get(channel);
    if (known === undefined) this.#servers.set(channel, {address, lastUpdateMs});
    else known.lastUpdateMs = lastUpdateMs;
  }

  channelClosed(channel: Channel): void {
    this.#servers.delete(channel);
  }

  /** Closes and drops every connection that has been silent for more than 30 s. */
  scanNotActive(): void {
    const nowMs = this.#clock.nowMs();
    for (const [channel, {lastUpdateMs}] of [...this.#servers]) {
      if (nowMs - lastUpdateMs <= SILENT_MS_MAX) continue;
      this.#servers.delete(channel);
      channel.close();
    }
  }
}
