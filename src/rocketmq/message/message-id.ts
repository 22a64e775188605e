/** The two ids of a message: the offset id, made by the broker, and the unique id (`UNIQ_KEY`), made by the client. */
import {civilTime, monthStartMs} from './calendar.ts';
import {hostLength, parseIpv6, readHost, writeHost} from './host-address.ts';

const HEX_BYTES: readonly string[] = Array.from({length: 256}, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

/** Upper-case hex of `bytes[start, end)` without separators. */
export function toHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  for (let at = start; at < end; at++) text += HEX_BYTES[bytes[at]!]!;
  return text;
}

/** The bytes that hex digits (either case) stand for, or null. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

function hex32(value: number): string {
  return (
    HEX_BYTES[value >>> 24]! +
    HEX_BYTES[(value >>> 16) & 0xff]! +
    HEX_BYTES[(value >>> 8) & 0xff]! +
    HEX_BYTES[value & 0xff]!
  );
}

/** The part of an offset id that is the same for every message of a broker; see `offsetMessageId`. */
export function offsetMessageIdPrefix(storeHost: string): string {
  const bytes = new Uint8Array(hostLength(storeHost));
  writeHost(bytes, 0, storeHost);
  return toHex(bytes);
}

/** Appends an offset to a prefix. Offsets are exact up to 2^53. */
export function offsetMessageIdOf(prefix: string, physicalOffset: number): string {
  // Engines keep a text as the tree of what it was joined from: this one is kept for long, so its tree is flat.
  return prefix + (hex32(Math.floor(physicalOffset / 4294967296)) + hex32(physicalOffset >>> 0));
}

/**
 * Broker address (4 or 16 bytes), port (4 bytes) and commit log offset (8 bytes) in hex: 32 digits, or 56 with IPv6.
 * Source: RocketMQ 4.9.1 `MessageDecoder#createMessageId`.
 */
export function offsetMessageId(storeHost: string, physicalOffset: number | bigint): string {
  const prefix = offsetMessageIdPrefix(storeHost);
  if (typeof physicalOffset === 'number') return offsetMessageIdOf(prefix, physicalOffset);
  return prefix + BigInt.asUintN(64, physicalOffset).toString(16).toUpperCase().padStart(16, '0');
}

export interface OffsetMessageId {
  /** `a.b.c.d:port`, the IPv6 address in brackets. */
  readonly storeHost: string;
  readonly physicalOffset: bigint;
}

/** Null where the text is no offset id. Source: `MessageDecoder#decodeMessageId`. */
export function decodeOffsetMessageId(id: string): OffsetMessageId | null {
  const bytes = fromHex(id);
  if (bytes === null || (bytes.length !== 16 && bytes.length !== 28)) return null;
  const view = new DataView(bytes.buffer);
  return {
    storeHost: readHost(bytes, 0, bytes.length === 28),
    physicalOffset: view.getBigInt64(bytes.length - 8),
  };
}

/** What a client's unique ids have in common. */
export interface UniqueIdOrigin {
  /** The client's IP, dotted IPv4 or IPv6. */
  readonly address: string;
  readonly pid: number;
  /** Tells processes with one IP and pid apart. In Java the hash of a class loader: any 32-bit number. */
  readonly instanceHash: number;
}

/**
 * Makes the unique ids of one client process: IP, pid (16 bits), instance hash, milliseconds since the month began and
 * a counter (16 bits, from 0). Source: RocketMQ 4.9.1 `MessageClientIDSetter#createUniqID`.
 */
export class UniqueIdGenerator {
  private readonly prefix: string;
  private monthBeganMs = 0;
  /** -Infinity until the first id is asked for. */
  private monthEndsMs = Number.NEGATIVE_INFINITY;
  private counter = 0;

  constructor(origin: UniqueIdOrigin) {
    const ip = addressBytes(origin.address);
    const fixed = new Uint8Array(ip.length + 6);
    const view = new DataView(fixed.buffer);
    fixed.set(ip);
    view.setInt16(ip.length, origin.pid);
    view.setInt32(ip.length + 2, origin.instanceHash);
    this.prefix = toHex(fixed);
  }

  next(nowMs: number): string {
    if (nowMs >= this.monthEndsMs) this.beginMonth(nowMs);
    const counter = this.counter;
    this.counter = (counter + 1) & 0xffff;
    // A clock set back behind the month's beginning gives a negative difference, which the real one also writes.
    const sinceMonth = (nowMs - this.monthBeganMs) | 0;
    return this.prefix + (hex32(sinceMonth) + HEX_BYTES[counter >>> 8]! + HEX_BYTES[counter & 0xff]!);
  }

  private beginMonth(nowMs: number): void {
    const {year, month} = civilTime(nowMs);
    this.monthBeganMs = monthStartMs(year, month);
    this.monthEndsMs = monthStartMs(year, month + 1);
  }
}

export interface UniqueIdParts {
  /** Dotted IPv4, or IPv6 in full. */
  readonly address: string;
  readonly pid: number;
  readonly instanceHash: number;
  readonly sinceMonthMs: number;
  readonly counter: number;
}

/** Null where the text is no unique id. */
export function decodeUniqueId(id: string): UniqueIdParts | null {
  const bytes = fromHex(id);
  if (bytes === null || (bytes.length !== 16 && bytes.length !== 28)) return null;
  const view = new DataView(bytes.buffer);
  const tail = bytes.length - 12;
  return {
    address: tail === 4 ? bytes.subarray(0, 4).join('.') : ipv6Full(bytes),
    pid: view.getUint16(tail),
    instanceHash: view.getInt32(tail + 2),
    sinceMonthMs: view.getInt32(tail + 6),
    counter: view.getUint16(tail + 10),
  };
}

/**
 * When an id was made, as far as it can be known at `nowMs`: in this month, or, where that would be the future, in the last.
 * Source: `MessageClientIDSetter#getNearlyTimeFromID`.
 */
export function uniqueIdTimeMs(parts: UniqueIdParts, nowMs: number): number {
  const {year, month} = civilTime(nowMs);
  const thisMonth = monthStartMs(year, month) + parts.sinceMonthMs;
  if (thisMonth < nowMs) return thisMonth;
  const lastMonth = month === 1 ? monthStartMs(year - 1, 12) : monthStartMs(year, month - 1);
  return lastMonth + parts.sinceMonthMs;
}

function addressBytes(address: string): Uint8Array {
  if (address.includes(':')) return parseIpv6(address) ?? new Uint8Array(16);
  return Uint8Array.from(address.split('.').slice(0, 4), Number);
}

/** Every group with four digits, as `UtilAll#ipToIPv6Str` writes it. */
function ipv6Full(bytes: Uint8Array): string {
  return toHex(bytes.subarray(0, 16))
    .toLowerCase()
    .replace(/(.{4})(?=.)/g, '$1:');
}
