import {type DiskFault, type DiskFaultName, faultMistake} from '../sim/disk-fault.ts';
import type {Intervention, LinkChange, TimedIntervention} from '../sim/intervention.ts';
import {linkMistake} from '../sim/link.ts';
import type {Variation} from './compare/vary.ts';
import {isLanguage, type Language} from './language.ts';

/** A scenario as a link names it: one of the lessons that come with the page, or its text. */
export type ScenarioSource =
  | {readonly kind: 'lesson'; readonly name: string}
  | {readonly kind: 'text'; readonly text: string};

/** Everything a link says. */
export interface SharedMoment {
  readonly source: ScenarioSource;
  readonly seed: string;
  readonly interventions: readonly TimedIntervention[];
  readonly atUs: number;
  readonly language: Language;
  /** What is otherwise in a run beside; null: there is none. Absent where the scenario itself says, as in links of old. */
  readonly beside?: Variation | null;
}

/** Why a link cannot be followed: a key for a sentence, with what the sentence names. */
export interface LinkError {
  readonly error:
    | 'not-a-link'
    | 'unknown-version'
    | 'damaged'
    | 'unreadable'
    | 'bad-intervention'
    | 'too-long';
  readonly params: Readonly<Record<string, string>>;
}

const VERSION = '1';
const LONGEST = 200_000;

/**
 * A link's fragment, without `#`: `run=1.<checksum>.<base64url>`. The payload is JSON, made smaller by a dictionary of the
 * words that scenarios are full of; a checksum tells damage from forgery of form, nothing more.
 */
export function encodeShareLink(moment: SharedMoment): string {
  const {source} = moment;
  const data: unknown[] = [
    source.kind === 'lesson' ? 0 : 1,
    source.kind === 'lesson' ? source.name : source.text,
    moment.seed,
    moment.atUs,
    moment.language === 'en' ? 0 : 1,
    moment.interventions.map(packIntervention),
  ];
  if (moment.beside !== undefined) data.push(moment.beside === null ? 0 : packVariation(moment.beside));
  const payload = toBase64Url(squeeze(new TextEncoder().encode(JSON.stringify(data))));
  return `run=${VERSION}.${checksum(payload)}.${payload}`;
}

/** Reads a fragment, with or without `#`. Never throws: a link may hold anything. */
export function decodeShareLink(fragment: string): SharedMoment | LinkError {
  const text = fragment.startsWith('#') ? fragment.slice(1) : fragment;
  if (text.length > LONGEST) return fail('too-long', {length: String(text.length), limit: String(LONGEST)});
  const match = /^run=(\w+)\.(\w+)\.([\w-]*)$/.exec(text);
  if (match === null) return fail(text.startsWith('run=') ? 'damaged' : 'not-a-link', {});
  const [, version, sum, payload] = match as unknown as [string, string, string, string];
  if (version !== VERSION) return fail('unknown-version', {version});
  if (checksum(payload) !== sum) return fail('damaged', {});
  const bytes = fromBase64Url(payload);
  const json = bytes === null ? null : unsqueeze(bytes, LONGEST * 8);
  if (json === null) return fail('unreadable', {});
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(json));
  } catch {
    return fail('unreadable', {});
  }
  return unpack(data);
}

export function isLinkError(value: SharedMoment | LinkError): value is LinkError {
  return 'error' in value;
}

function fail(error: LinkError['error'], params: Record<string, string>): LinkError {
  return {error, params};
}

function unpack(data: unknown): SharedMoment | LinkError {
  if (!Array.isArray(data) || data.length < 6 || 7 < data.length) return fail('unreadable', {});
  const [kind, text, seed, atUs, languageIndex, packed, packedVariation] = data as unknown[];
  if (kind !== 0 && kind !== 1) return fail('unreadable', {});
  if (typeof text !== 'string' || typeof seed !== 'string' || !isTime(atUs)) return fail('unreadable', {});
  const language = languageIndex === 0 ? 'en' : languageIndex === 1 ? 'zh-CN' : null;
  if (!isLanguage(language) || !Array.isArray(packed)) return fail('unreadable', {});
  const interventions: TimedIntervention[] = [];
  for (const [position, item] of packed.entries()) {
    const timed = unpackIntervention(item);
    if (timed === null) return fail('bad-intervention', {number: String(position + 1)});
    interventions.push(timed);
  }
  const source: ScenarioSource = kind === 0 ? {kind: 'lesson', name: text} : {kind: 'text', text};
  if (data.length === 6) return {source, seed, atUs, language, interventions};
  const beside = packedVariation === 0 ? null : unpackVariation(packedVariation);
  if (beside === undefined) return fail('unreadable', {});
  return {source, seed, atUs, language, interventions, beside};
}

function packVariation({key, value}: Variation): readonly [string, string] {
  return [key, value];
}

/** Undefined where it is none. Whether the scenario can be varied so is found out when it is. */
function unpackVariation(packed: unknown): Variation | undefined {
  if (!Array.isArray(packed) || packed.length !== 2) return undefined;
  const [key, value] = packed as unknown[];
  return typeof key === 'string' && typeof value === 'string' ? {key, value} : undefined;
}

const PROCESS_KINDS = ['start', 'stop', 'kill', 'pause', 'resume', 'restart'] as const;
const LINK_KINDS = ['cut', 'heal'] as const;
const MACHINE_KINDS = ['lose-power', 'restore-power', 'replace-disk'] as const;

function packIntervention({atUs, intervention}: TimedIntervention): unknown[] {
  switch (intervention.kind) {
    case 'cut':
    case 'heal':
      return [
        atUs,
        intervention.kind,
        intervention.from,
        intervention.to,
        intervention.direction === 'both' ? 0 : 1,
      ];
    case 'set-config':
      return [atUs, intervention.kind, intervention.process, intervention.key, intervention.value];
    case 'jump-clock':
      return [atUs, intervention.kind, intervention.machine, intervention.byMs];
    case 'lose-power':
    case 'restore-power':
    case 'replace-disk':
      return [atUs, intervention.kind, intervention.machine];
    case 'destroy-disk':
      return [atUs, intervention.kind, intervention.machine, intervention.replace ? 1 : 0];
    case 'disk-fault':
    case 'heal-disk':
      return [atUs, intervention.kind, intervention.machine, intervention.fault];
    case 'set-link':
      return [
        atUs,
        intervention.kind,
        intervention.from,
        intervention.to,
        intervention.direction === 'both' ? 0 : 1,
        intervention.link,
      ];
    default:
      return [atUs, intervention.kind, intervention.process];
  }
}

function unpackIntervention(item: unknown): TimedIntervention | null {
  if (!Array.isArray(item)) return null;
  const [atUs, kind, subject, second, third, fourth] = item as unknown[];
  if (!isTime(atUs) || typeof subject !== 'string') return null;
  let intervention: Intervention | null = null;
  const processKind = PROCESS_KINDS.find((known) => known === kind);
  const linkKind = LINK_KINDS.find((known) => known === kind);
  if (processKind !== undefined) intervention = {kind: processKind, process: subject};
  else if (linkKind !== undefined && typeof second === 'string') {
    intervention = {kind: linkKind, from: subject, to: second, direction: third === 0 ? 'both' : 'one-way'};
  } else if (kind === 'jump-clock' && Number.isSafeInteger(second)) {
    intervention = {kind: 'jump-clock', machine: subject, byMs: second as number};
  } else if (kind === 'set-config' && typeof second === 'string' && typeof third === 'string') {
    intervention = {kind, process: subject, key: second, value: third};
  } else if (kind === 'destroy-disk') {
    intervention = {kind, machine: subject, replace: second === 1};
  } else if (kind === 'disk-fault' && isFault(second)) {
    intervention = {kind, machine: subject, fault: second};
  } else if (kind === 'heal-disk' && typeof second === 'string') {
    intervention = {kind, machine: subject, fault: second as DiskFaultName};
  } else if (kind === 'set-link' && typeof second === 'string' && isLinkChange(fourth)) {
    intervention = {
      kind,
      from: subject,
      to: second,
      direction: third === 0 ? 'both' : 'one-way',
      link: fourth,
    };
  } else {
    const machineKind = MACHINE_KINDS.find((known) => known === kind);
    if (machineKind !== undefined) intervention = {kind: machineKind, machine: subject};
  }
  return intervention === null ? null : {atUs, intervention};
}

function isFault(value: unknown): value is DiskFault {
  return typeof value === 'object' && value !== null && faultMistake(value as DiskFault) === null;
}

function isLinkChange(value: unknown): value is LinkChange | null {
  return value === null || (typeof value === 'object' && linkMistake(value) === null);
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && 0 <= (value as number);
}

/** FNV-1a, 32 bits, in base 36. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash.toString(36);
}

// A small LZ: a byte below 0x80 counts literals that follow; 0x80 | n copies n + 4 bytes from a distance in two bytes.
const MIN_MATCH = 4;
const MAX_MATCH = 0x7f + MIN_MATCH;
const WINDOW = 0xffff;

function squeeze(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  const seen = new Map<number, number>();
  let literalFrom = 0;
  const flush = (end: number): void => {
    for (let from = literalFrom; from < end; from += 0x7f) {
      const length = Math.min(0x7f, end - from);
      out.push(length);
      for (let i = 0; i < length; i += 1) out.push(bytes[from + i]!);
    }
  };
  let at = 0;
  while (at < bytes.length) {
    const key = at + MIN_MATCH <= bytes.length ? keyAt(bytes, at) : null;
    const from = key === null ? undefined : seen.get(key);
    if (key !== null) seen.set(key, at);
    let length = 0;
    if (from !== undefined && at - from <= WINDOW) {
      while (
        length < MAX_MATCH &&
        at + length < bytes.length &&
        bytes[from + length] === bytes[at + length]
      ) {
        length += 1;
      }
    }
    if (from === undefined || length < MIN_MATCH) {
      at += 1;
      continue;
    }
    flush(at);
    out.push(0x80 | (length - MIN_MATCH), (at - from) >> 8, (at - from) & 0xff);
    at += length;
    literalFrom = at;
  }
  flush(bytes.length);
  return Uint8Array.from(out);
}

function keyAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** Null where the bytes are not what `squeeze` makes, or grow past `limit`. */
function unsqueeze(bytes: Uint8Array, limit: number): Uint8Array | null {
  const out: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const control = bytes[at]!;
    if (control < 0x80) {
      if (control === 0 || bytes.length < at + 1 + control) return null;
      for (let i = 1; i <= control; i += 1) out.push(bytes[at + i]!);
      at += 1 + control;
    } else {
      if (bytes.length < at + 3) return null;
      const distance = (bytes[at + 1]! << 8) | bytes[at + 2]!;
      if (distance === 0 || distance > out.length) return null;
      const length = (control & 0x7f) + MIN_MATCH;
      for (let i = 0; i < length; i += 1) out.push(out[out.length - distance]!);
      at += 3;
    }
    if (out.length > limit) return null;
  }
  return Uint8Array.from(out);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1], bytes[i + 2]];
    text += ALPHABET[a >> 2]! + ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)]!;
    if (b !== undefined) text += ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)]!;
    if (c !== undefined) text += ALPHABET[c & 63]!;
  }
  return text;
}

function fromBase64Url(text: string): Uint8Array | null {
  if (text.length % 4 === 1) return null;
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value === -1) return null;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[at] = (bits >> held) & 0xff;
      at += 1;
    }
  }
  return out;
}
