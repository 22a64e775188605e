/**
 * Socket addresses as records and message ids hold them: 4 or 16 address bytes and the port as a 4-byte integer. In memory
 * an address is text, `a.b.c.d:port` or `[x:x:x:x:x:x:x:x]:port`.
 */

const COLON = 58;
const DOT = 46;
const BRACKET = 91;

export function isIpv6Host(host: string): boolean {
  return host.charCodeAt(0) === BRACKET;
}

/** Bytes that `host` takes in a record: 8, or 20 for IPv6. */
export function hostLength(host: string): 8 | 20 {
  return isIpv6Host(host) ? 20 : 8;
}

/** Writes `host` at `at` and answers where it ends. A text that is no address is written as 0.0.0.0 with port 0. */
export function writeHost(bytes: Uint8Array, at: number, host: string): number {
  if (isIpv6Host(host)) return writeIpv6Host(bytes, at, host);
  let part = 0;
  let parts = 0;
  let address = 0;
  let port = 0;
  let seenColon = false;
  for (let index = 0; index < host.length; index++) {
    const unit = host.charCodeAt(index);
    if (unit === DOT || unit === COLON) {
      address = (address << 8) | (part & 0xff);
      parts++;
      part = 0;
      if (unit === COLON) seenColon = true;
    } else {
      part = part * 10 + (unit - 48);
    }
  }
  if (seenColon && parts === 4) port = part;
  else address = 0;
  bytes[at] = address >>> 24;
  bytes[at + 1] = address >>> 16;
  bytes[at + 2] = address >>> 8;
  bytes[at + 3] = address;
  return writePort(bytes, at + 4, port);
}

/** Reads 4 (or, for IPv6, 16) address bytes and a port. */
export function readHost(bytes: Uint8Array, at: number, ipv6: boolean): string {
  if (!ipv6) {
    const port = readPort(bytes, at + 4);
    return `${bytes[at]!}.${bytes[at + 1]!}.${bytes[at + 2]!}.${bytes[at + 3]!}:${port}`;
  }
  return `[${ipv6Text(bytes, at)}]:${readPort(bytes, at + 16)}`;
}

/** Eight groups without leading zeros and without `::`, as `Inet6Address#getHostAddress` writes them. */
function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups: string[] = [];
  for (let group = 0; group < 8; group++) {
    groups.push(((bytes[at + 2 * group]! << 8) | bytes[at + 2 * group + 1]!).toString(16));
  }
  return groups.join(':');
}

/** The 16 bytes of an IPv6 address in any of its written forms (without a zone or an embedded IPv4), or null. */
export function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groupsOf = (half: string | undefined) => (half ? half.split(':') : []);
  const head = groupsOf(halves[0]);
  const tail = groupsOf(halves[1]);
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const bytes = new Uint8Array(16);
  const groups = [...head, ...new Array<string>(halves.length === 1 ? 0 : missing).fill('0'), ...tail];
  for (const [index, group] of groups.entries()) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return null;
    const value = Number.parseInt(group, 16);
    bytes[2 * index] = value >> 8;
    bytes[2 * index + 1] = value & 0xff;
  }
  return bytes;
}

function writeIpv6Host(bytes: Uint8Array, at: number, host: string): number {
  const close = host.lastIndexOf(']');
  const address = parseIpv6(host.slice(1, close));
  bytes.fill(0, at, at + 16);
  if (address === null) return writePort(bytes, at + 16, 0);
  bytes.set(address, at);
  return writePort(bytes, at + 16, Number.parseInt(host.slice(close + 2), 10) || 0);
}

function writePort(bytes: Uint8Array, at: number, port: number): number {
  bytes[at] = port >>> 24;
  bytes[at + 1] = port >>> 16;
  bytes[at + 2] = port >>> 8;
  bytes[at + 3] = port;
  return at + 4;
}

function readPort(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
