import {RequestCode} from '../remoting/codes.ts';
import {type RemotingCommand, request} from '../remoting/command.ts';
import type {Channel, InvokeResult, RemotingServer} from '../remoting/remoting.ts';

const ONEWAY_PERMIT_MS = 10;

/** Requests from the broker to its clients. Source: RocketMQ 4.9.1 `broker.client.net.Broker2Client`. */
export class ToClient {
  readonly #server: RemotingServer;

  /** @param server any of the broker's servers: a channel knows its own way */
  constructor(server: RemotingServer) {
    this.#server = server;
  }

  notifyConsumerIdsChanged(channel: Channel, consumerGroup: string): void {
    const notice = request(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, {consumerGroup});
    this.#server.invokeOneway(channel, notice, ONEWAY_PERMIT_MS);
  }

  oneway(channel: Channel, command: RemotingCommand, permitMs: number): void {
    this.#server.invokeOneway(channel, command, permitMs);
  }

  call(
    channel: Channel,
    command: RemotingCommand,
    timeoutMs: number,
    done: (result: InvokeResult) => void,
  ): void {
    this.#server.invoke(channel, command, timeoutMs, done);
  }
}
