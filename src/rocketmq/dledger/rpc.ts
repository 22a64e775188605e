import type {WorkerPool} from '../../ports/cpu.ts';
import type {Host} from '../../ports/host.ts';
import type {ListenFailure} from '../../ports/network.ts';
import {type Codec, decodeBody, encodeBody} from '../remoting/bodies/codec.ts';
import {createRemotingClient} from '../remoting/client.ts';
import {ResponseCode} from '../remoting/codes.ts';
import {
  type RemotingCommand,
  request as remotingRequest,
  response as remotingResponse,
} from '../remoting/command.ts';
import {failureText, RequestFailure} from '../remoting/dispatch.ts';
import {FrameChannel} from '../remoting/frame-channel.ts';
import type {Channel, RemotingClient, RemotingServer} from '../remoting/remoting.ts';
import {createRemotingServer} from '../remoting/server.ts';
import {DLedgerRequestCode, DLedgerResponseCode} from './codes.ts';
import type {MemberState} from './member-state.ts';
import {
  type AppendEntryRequest,
  type AppendEntryResponse,
  appendRequestCodec,
  appendResponseCodec,
  baseInfo,
  emptyMessage,
  type GetEntriesRequest,
  type GetEntriesResponse,
  getRequestCodec,
  getResponseCodec,
  type HeartBeatRequest,
  type HeartBeatResponse,
  type LeadershipTransferRequest,
  type LeadershipTransferResponse,
  type Message,
  type MetadataRequest,
  type MetadataResponse,
  messageCodec,
  metadataResponseCodec,
  type PushEntryRequest,
  type PushEntryResponse,
  pullRequestCodec,
  transferRequestCodec,
  type VoteRequest,
  type VoteResponse,
  voteRequestCodec,
  voteResponseCodec,
} from './protocol.ts';
import {decodePush, decodePushResponse, encodePushResponse, PushEncoder} from './push-codec.ts';

const TIMEOUT_MS = 3000;
/** Threads of the server's one executor, which all requests share. */
export const NETWORK_THREADS = 4;
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** Who answers requests. A handler answers once, now or later, or never. */
export interface DLedgerHandlers {
  handleHeartBeat(request: HeartBeatRequest): HeartBeatResponse;
  handleVote(request: VoteRequest, answer: (response: VoteResponse) => void): void;
  handlePush(request: PushEntryRequest, answer: (response: PushEntryResponse) => void): void;
  handleAppendRequest(request: AppendEntryRequest, answer: (response: AppendEntryResponse) => void): void;
  handleGet(request: GetEntriesRequest): GetEntriesResponse;
  handleMetadata(request: MetadataRequest): MetadataResponse;
  handleLeadershipTransfer(
    request: LeadershipTransferRequest,
    answer: (response: LeadershipTransferResponse) => void,
  ): void;
}

/**
 * Calls between members: JSON bodies in remoting frames without header fields, on a port of their own. A reply frame has
 * code 200 whatever is in its body.
 * Source: DLedger 0.2.2 `DLedgerRpcNettyService`.
 */
export class DLedgerRpc {
  private readonly memberState: MemberState;
  private readonly server: RemotingServer;
  private readonly client: RemotingClient;
  private readonly pool: WorkerPool;
  private readonly handlers: DLedgerHandlers;
  private readonly openAddresses = new Set<string>();
  /** Who waits until the connection to an address is made or has failed. */
  private readonly connectWaiters = new Map<string, (() => void)[]>();
  private readonly pushEncoder = new PushEncoder();
  private blockedThreads = 0;
  private readonly waitingRequests: (() => void)[] = [];
  private isStopped = false;

  constructor(host: Host, memberState: MemberState, handlers: DLedgerHandlers) {
    this.memberState = memberState;
    this.handlers = handlers;
    this.server = createRemotingServer(host, {port: portOf(memberState.peers.get(memberState.selfId))});
    const gone = (channel: Channel): void => {
      this.openAddresses.delete(targetOf(channel));
    };
    this.client = createRemotingClient(
      host,
      {},
      {
        connected: (channel) => this.connected(targetOf(channel)),
        closed: gone,
        exception: gone,
        idle: gone,
      },
    );
    this.pool = host.cpu.pool('DLedgerNettyServerPublicExecutor_', NETWORK_THREADS, UNBOUNDED);
    for (const code of Object.values(DLedgerRequestCode)) {
      this.server.registerProcessor(code, this.pool, (_channel, request, reply) =>
        this.admit(request, reply),
      );
    }
  }

  get port(): number {
    return this.server.port;
  }

  startup(): ListenFailure | null {
    return this.server.start();
  }

  shutdown(): void {
    this.isStopped = true;
    this.server.shutdown();
    this.client.shutdown();
  }

  /** `done` gets null for an answer without a body, and nothing for one that cannot be read. */
  heartBeat(request: HeartBeatRequest, done: (response: HeartBeatResponse | null) => void): void {
    const failed = (): HeartBeatResponse => ({...emptyMessage(), code: DLedgerResponseCode.NETWORK_ERROR});
    const body = encodeBody(messageCodec, request);
    this.call(DLedgerRequestCode.HEART_BEAT, request, body, reading(messageCodec), failed, done);
  }

  vote(request: VoteRequest, done: (response: VoteResponse | null) => void): void {
    const failed = (): VoteResponse => ({...emptyMessage(), voteResult: 'UNKNOWN'});
    const body = encodeBody(voteRequestCodec, request);
    this.call(DLedgerRequestCode.VOTE, request, body, reading(voteResponseCodec), failed, done);
  }

  push(request: PushEntryRequest, done: (response: PushEntryResponse | null) => void): void {
    const failed = (): PushEntryResponse => ({
      ...baseInfo(request),
      code: DLedgerResponseCode.NETWORK_ERROR,
      index: null,
      beginIndex: 0,
      endIndex: 0,
    });
    const body = this.pushEncoder.encode(request);
    this.call(DLedgerRequestCode.PUSH, request, body, decodePushResponse, failed, done);
  }

  leadershipTransfer(
    request: LeadershipTransferRequest,
    done: (response: LeadershipTransferResponse) => void,
  ): void {
    const failed = (): LeadershipTransferResponse => ({
      ...baseInfo(request),
      code: DLedgerResponseCode.NETWORK_ERROR,
    });
    const body = encodeBody(transferRequestCodec, request);
    this.call(
      DLedgerRequestCode.LEADERSHIP_TRANSFER,
      request,
      body,
      reading(messageCodec),
      failed,
      (response) => done(response ?? failed()),
    );
  }

  /** Is the connection to a member open? In Java the thread that sends is the one that connects, and waits for it. */
  isConnected(peer: string): boolean {
    return this.openAddresses.has(this.memberState.peers.get(peer) ?? '');
  }

  /** Runs `run`, later and once, when the attempt to connect under way has come to its end. */
  onceConnected(peer: string, run: () => void): void {
    const address = this.memberState.peers.get(peer) ?? '';
    const waiters = this.connectWaiters.get(address);
    if (waiters === undefined) this.connectWaiters.set(address, [run]);
    else waiters.push(run);
  }

  /** One of the threads that serve requests is stuck, until `releaseThread`. With all of them stuck nothing is served (S11). */
  blockThread(): void {
    this.blockedThreads++;
  }

  releaseThread(): void {
    this.blockedThreads--;
    while (this.blockedThreads < NETWORK_THREADS) {
      const next = this.waitingRequests.shift();
      if (next === undefined) return;
      next();
    }
  }

  private connected(address: string): void {
    this.openAddresses.add(address);
    this.releaseConnectWaiters(address);
  }

  private releaseConnectWaiters(address: string): void {
    const waiters = this.connectWaiters.get(address);
    if (waiters === undefined) return;
    this.connectWaiters.delete(address);
    for (const run of waiters) run();
  }

  private call<Response extends Message>(
    code: number,
    request: Message,
    body: Uint8Array,
    decode: (bytes: Uint8Array) => Response | null,
    failed: () => Response,
    done: (response: Response | null) => void,
  ): void {
    const address = this.memberState.peers.get(request.remoteId ?? '') ?? '';
    this.client.invoke(address, remotingRequest(code, null, body), TIMEOUT_MS, 'async', (result) => {
      if (this.isStopped) return;
      if (!result.ok) {
        this.releaseConnectWaiters(address);
        done(failed());
        return;
      }
      const answer = result.response.body;
      if (answer === null) {
        done(null);
        return;
      }
      const response = decode(answer);
      // Java throws where it should complete the call, and the caller waits on.
      if (response !== null) done(response);
    });
  }

  private admit(request: RemotingCommand, reply: (response: RemotingCommand) => void): void {
    if (this.blockedThreads < NETWORK_THREADS) this.process(request, reply);
    else this.waitingRequests.push(() => this.processLate(request, reply));
  }

  /** What the executor does for a request that it runs at once. */
  private processLate(request: RemotingCommand, reply: (response: RemotingCommand) => void): void {
    try {
      this.process(request, reply);
    } catch (error) {
      reply(remotingResponse(ResponseCode.SYSTEM_ERROR, failureText(error)));
    }
  }

  /** Source: `#processRequest`. */
  private process(command: RemotingCommand, reply: (response: RemotingCommand) => void): void {
    const answerWith =
      <Response>(codec: Codec<Response>) =>
      (response: Response): void =>
        reply(remotingResponse(DLedgerResponseCode.SUCCESS, null, null, encodeBody(codec, response)));
    const {handlers} = this;
    switch (command.code) {
      case DLedgerRequestCode.PUSH:
        handlers.handlePush(given(command, decodePush), (response) =>
          reply(remotingResponse(DLedgerResponseCode.SUCCESS, null, null, encodePushResponse(response))),
        );
        break;
      case DLedgerRequestCode.HEART_BEAT:
        answerWith(messageCodec)(handlers.handleHeartBeat(read(command, messageCodec)));
        break;
      case DLedgerRequestCode.VOTE:
        handlers.handleVote(read(command, voteRequestCodec), answerWith(voteResponseCodec));
        break;
      case DLedgerRequestCode.APPEND:
        handlers.handleAppendRequest(read(command, appendRequestCodec), answerWith(appendResponseCodec));
        break;
      case DLedgerRequestCode.GET:
        answerWith(getResponseCodec)(handlers.handleGet(read(command, getRequestCodec)));
        break;
      case DLedgerRequestCode.METADATA:
        answerWith(metadataResponseCodec)(handlers.handleMetadata(read(command, messageCodec)));
        break;
      case DLedgerRequestCode.LEADERSHIP_TRANSFER:
        handlers.handleLeadershipTransfer(read(command, transferRequestCodec), answerWith(messageCodec));
        break;
      case DLedgerRequestCode.PULL:
        read(command, pullRequestCodec);
        // Nothing stands behind it in 0.2.2.
        throw new RequestFailure('java.lang.NullPointerException');
    }
  }
}

function reading<Response>(codec: Codec<Response>): (bytes: Uint8Array) => Response | null {
  return (bytes) => decodeBody(codec, bytes);
}

function read<Request>(command: RemotingCommand, codec: Codec<Request>): Request {
  return given(command, (bytes) => decodeBody(codec, bytes));
}

function given<Request>(command: RemotingCommand, decode: (bytes: Uint8Array) => Request | null): Request {
  if (command.body === null) throw new RequestFailure('java.lang.NullPointerException');
  const request = decode(command.body);
  if (request === null) throw new RequestFailure('com.alibaba.fastjson.JSONException');
  return request;
}

/** As asked for when connecting. */
function targetOf(channel: Channel): string {
  return channel instanceof FrameChannel ? channel.target : channel.remoteAddress;
}

function portOf(address: string | undefined): number {
  const port = Number(address?.split(':')[1]);
  return Number.isInteger(port) ? port : 0;
}
