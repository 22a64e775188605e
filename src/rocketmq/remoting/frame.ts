import {slab} from '../message/slab.ts';
import type {RemotingCommand} from './command.ts';
import {binaryHeaderLength, readBinaryHeader, writeBinaryHeader} from './header-binary.ts';
import {jsonHeaderRoom, readJsonHeader, writeJsonHeader} from './header-json.ts';

/**
 * One frame: length (4), header type (1), header length (3), header, body. Integers are big-endian; the length counts
 * what follows it. Source: RocketMQ 4.9.1 `NettyEncoder`, `NettyDecoder`, `RemotingCommand#encodeHeader`, `#decode`.
 */

/** The largest frame, its own length field included. Source: `com.rocketmq.remoting.frameMaxLength`. */
export const FRAME_MAX_BYTES = 16_777_216;
/** The length field, and the word of header type and header length. */
const PREFIX_BYTES = 8;

/** The bytes of a frame, to be given away. Whether it is too large is for its receiver to say, as in 4.9.1. */
export function encodeFrame(command: RemotingCommand): Uint8Array {
  const {body} = command;
  const binary = command.serializer === 'ROCKETMQ';
  const bodyBytes = body === null ? 0 : body.length;
  const room = PREFIX_BYTES + (binary ? binaryHeaderLength(command) : jsonHeaderRoom(command)) + bodyBytes;
  slab.begin(room);
  return slab.end(writeFrame(command, binary, slab.bytes, slab.at));
}

/** Answers where the frame ends. */
function writeFrame(command: RemotingCommand, binary: boolean, room: Uint8Array, from: number): number {
  const headerFrom = from + PREFIX_BYTES;
  const headerEnd = binary
    ? writeBinaryHeader(command, room, headerFrom)
    : writeJsonHeader(command, room, headerFrom);
  const {body} = command;
  const end = headerEnd + (body === null ? 0 : body.length);
  const lengthField = end - from - 4;
  const headerBytes = headerEnd - headerFrom;
  room[from] = lengthField >> 24;
  room[from + 1] = lengthField >> 16;
  room[from + 2] = lengthField >> 8;
  room[from + 3] = lengthField;
  room[from + 4] = binary ? 1 : 0;
  room[from + 5] = headerBytes >> 16;
  room[from + 6] = headerBytes >> 8;
  room[from + 7] = headerBytes;
  if (body !== null) room.set(body, headerEnd);
  return end;
}

/** Decodes exactly one frame; `error` tells why the bytes are none. The body is a view of `bytes`. */
export function decodeFrame(bytes: Uint8Array): RemotingCommand | {error: string} {
  if (bytes.length < 4) return {error: `${bytes.length} bytes are too few for a frame's length`};
  const length = int32At(bytes, 0);
  const fault = lengthFault(length, FRAME_MAX_BYTES);
  if (fault !== null) return {error: fault};
  if (bytes.length !== length + 4) {
    return {error: `the frame's length says ${length} bytes follow it, but ${bytes.length - 4} do`};
  }
  const command = decodeAt(bytes, 0, length + 4, 0);
  return typeof command === 'string' ? {error: command} : command;
}

/** Takes a stream of bytes apart into commands. */
export class FrameDecoder {
  private readonly frameMaxBytes: number;
  /** What has arrived of a frame that is not whole yet: a growing buffer, and how much of it is filled. */
  private partial: Uint8Array | null = null;
  private partialBytes = 0;
  private decoded = 0;
  private fault: string | null = null;

  constructor(frameMaxBytes: number = FRAME_MAX_BYTES) {
    this.frameMaxBytes = frameMaxBytes;
  }

  /** Why the stream can no longer be understood, and the connection must be closed; or null. */
  get malformed(): string | null {
    return this.fault;
  }

  /** Takes the next bytes; answers the commands that they complete. Bodies may be views of `bytes`. */
  push(bytes: Uint8Array): RemotingCommand[] {
    const commands: RemotingCommand[] = [];
    this.pushEach(bytes, (command) => commands.push(command));
    return commands;
  }

  /**
   * As `push`, one command after the other, each with the bytes of its whole frame. Commands before a malformed one are
   * handed over; those after it are not.
   */
  pushEach(bytes: Uint8Array, each: (command: RemotingCommand, frameBytes: number) => void): void {
    let at = 0;
    while (at < bytes.length && this.fault === null) {
      at = this.partial === null ? this.takeWhole(bytes, at, each) : this.takePart(bytes, at, each);
    }
  }

  /** Takes a frame that lies whole in `bytes`, or begins to collect one. */
  private takeWhole(
    bytes: Uint8Array,
    at: number,
    each: (command: RemotingCommand, frameBytes: number) => void,
  ): number {
    const left = bytes.length - at;
    if (left >= 4) {
      const length = int32At(bytes, at);
      this.fault = lengthFault(length, this.frameMaxBytes);
      if (this.fault !== null) return bytes.length;
      const end = at + 4 + length;
      if (end <= bytes.length) {
        this.handOver(bytes, at, end, each);
        return end;
      }
    }
    // Room for what is here and a little more: a sender that names 16 MiB must also send them before we hold them.
    this.partial = new Uint8Array(Math.max(64, left * 2));
    this.partial.set(bytes.subarray(at));
    this.partialBytes = left;
    return bytes.length;
  }

  /** Adds to a frame that began in an earlier chunk. */
  private takePart(
    bytes: Uint8Array,
    from: number,
    each: (command: RemotingCommand, frameBytes: number) => void,
  ): number {
    let at = from;
    if (this.partialBytes < 4) {
      at += this.collect(bytes, at, 4);
      if (this.partialBytes < 4) return at;
    }
    const length = int32At(this.partial!, 0);
    this.fault = lengthFault(length, this.frameMaxBytes);
    if (this.fault !== null) return bytes.length;
    at += this.collect(bytes, at, length + 4);
    if (this.partialBytes < length + 4) return at;
    const frame = this.partial!;
    this.partial = null;
    this.partialBytes = 0;
    this.handOver(frame, 0, length + 4, each);
    return at;
  }

  /** Copies what there is until `wanted` bytes are collected; answers how many were copied. */
  private collect(bytes: Uint8Array, at: number, wanted: number): number {
    const take = Math.min(wanted - this.partialBytes, bytes.length - at);
    const filled = this.partialBytes + take;
    if (filled > this.partial!.length) {
      const grown = new Uint8Array(Math.min(wanted, Math.max(filled, this.partial!.length * 2)));
      grown.set(this.partial!.subarray(0, this.partialBytes));
      this.partial = grown;
    }
    this.partial!.set(bytes.subarray(at, at + take), this.partialBytes);
    this.partialBytes = filled;
    return take;
  }

  private handOver(
    bytes: Uint8Array,
    from: number,
    end: number,
    each: (command: RemotingCommand, frameBytes: number) => void,
  ): void {
    const command = decodeAt(bytes, from, end, this.decoded++);
    if (typeof command === 'string') this.fault = command;
    else each(command, end - from);
  }
}

function lengthFault(length: number, frameMaxBytes: number): string | null {
  if (length < 0) return `the frame's length is negative: ${length}`;
  if (length + 4 > frameMaxBytes)
    return `the frame's length ${length} is over the limit of ${frameMaxBytes - 4}`;
  if (length < 4) return `the frame's length ${length} leaves no room for the header's length`;
  return null;
}

function decodeAt(
  bytes: Uint8Array,
  from: number,
  end: number,
  spareOpaque: number,
): RemotingCommand | string {
  const type = bytes[from + 4]!;
  if (type > 1) return `the header's type is ${type}, neither 0 (JSON) nor 1 (ROCKETMQ)`;
  const headerBytes = (bytes[from + 5]! << 16) | (bytes[from + 6]! << 8) | bytes[from + 7]!;
  const headerEnd = from + PREFIX_BYTES + headerBytes;
  if (headerEnd > end) return `a header of ${headerBytes} bytes reaches past its frame of ${end - from}`;
  const headerFrom = from + PREFIX_BYTES;
  const command =
    type === 0
      ? readJsonHeader(bytes, headerFrom, headerEnd, spareOpaque)
      : readBinaryHeader(bytes.subarray(headerFrom, headerEnd));
  if (typeof command !== 'string' && headerEnd < end) command.body = bytes.subarray(headerEnd, end);
  return command;
}

function int32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
