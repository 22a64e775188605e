/**
 * CRC-32 of a message body, with the polynomial of zlib. A commit log record keeps it without its top bit, because
 * RocketMQ masks the sign away. Source: RocketMQ 4.9.1 `UtilAll#crc32`, `java.util.zip.CRC32`.
 */

const POLYNOMIAL = 0xedb88320;
const LANES = 8;

/** Table `k` (at `k * 256`) tells what a byte does to the CRC after `k` more zero bytes: eight bytes cost eight look-ups. */
function makeTables(): Int32Array {
  const tables = new Int32Array(256 * LANES);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let index = 256; index < tables.length; index++) {
    const previous = tables[index - 256]!;
    tables[index] = (previous >>> 8) ^ tables[previous & 0xff]!;
  }
  return tables;
}

const TABLES = makeTables();

/** The full unsigned 32-bit CRC of `bytes[start, end)`. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  let at = start;
  for (const wholeEnd = end - (LANES - 1); at < wholeEnd; at += LANES) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      TABLES[1792 + (crc & 0xff)]! ^
      TABLES[1536 + ((crc >>> 8) & 0xff)]! ^
      TABLES[1280 + ((crc >>> 16) & 0xff)]! ^
      TABLES[1024 + (crc >>> 24)]! ^
      TABLES[768 + bytes[at + 4]!]! ^
      TABLES[512 + bytes[at + 5]!]! ^
      TABLES[256 + bytes[at + 6]!]! ^
      TABLES[bytes[at + 7]!]!;
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ TABLES[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

/** The CRC as a record stores it: the top bit dropped. */
export function storedCrc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return crc32(bytes, start, end) & 0x7fffffff;
}
