/** A member of a JSON object, as byte ranges: quotes belong to a value, not to a name. */
export interface MemberRange {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * Where the members of the JSON object in `bytes[start..end)` lie; also for fastjson's dialect, in which a key may be a number or
 * an object. Empty where there is no object. It finds borders and leaves the meaning to a parser.
 */
export function memberRanges(bytes: Uint8Array, start: number, end: number): MemberRange[] {
  const members: MemberRange[] = [];
  let at = blanks(bytes, start, end);
  if (bytes[at] !== 0x7b) return members;
  at = blanks(bytes, at + 1, end);
  while (at < end && bytes[at] !== 0x7d) {
    const nameFrom = at;
    const nameTo = skipValue(bytes, at, end, 0x3a);
    at = blanks(bytes, nameTo, end);
    if (bytes[at] !== 0x3a) return members;
    const valueStart = blanks(bytes, at + 1, end);
    const valueEnd = skipValue(bytes, valueStart, end, 0x2c);
    const quoted = bytes[nameFrom] === 0x22 ? 1 : 0;
    members.push({nameStart: nameFrom + quoted, nameEnd: nameTo - quoted, valueStart, valueEnd});
    at = blanks(bytes, valueEnd, end);
    if (bytes[at] !== 0x2c) return members;
    at = blanks(bytes, at + 1, end);
  }
  return members;
}

/** Where the elements of the JSON array in `bytes[start..end)` lie. Empty where there is no array. */
export function elementRanges(
  bytes: Uint8Array,
  start: number,
  end: number,
): {readonly from: number; readonly to: number}[] {
  const elements: {from: number; to: number}[] = [];
  let at = blanks(bytes, start, end);
  if (bytes[at] !== 0x5b) return elements;
  at = blanks(bytes, at + 1, end);
  while (at < end && bytes[at] !== 0x5d) {
    const to = skipValue(bytes, at, end, 0x2c);
    if (to === at) return elements;
    elements.push({from: at, to});
    at = blanks(bytes, to, end);
    if (bytes[at] !== 0x2c) return elements;
    at = blanks(bytes, at + 1, end);
  }
  return elements;
}

function blanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at]! <= 0x20) at += 1;
  return at;
}

/** The end of the value that begins at `from`; a bare word or number ends at `stop`, a bracket or a blank. */
function skipValue(bytes: Uint8Array, from: number, end: number, stop: number): number {
  const first = bytes[from];
  if (first === 0x22) return skipText(bytes, from, end);
  if (first !== 0x7b && first !== 0x5b) {
    let at = from;
    while (at < end && bytes[at] !== stop && bytes[at] !== 0x7d && bytes[at] !== 0x5d && bytes[at]! > 0x20)
      at += 1;
    return at;
  }
  let depth = 0;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte === 0x22) at = skipText(bytes, at, end) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return end;
}

function skipText(bytes: Uint8Array, from: number, end: number): number {
  let at = from + 1;
  while (at < end && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return Math.min(at + 1, end);
}
