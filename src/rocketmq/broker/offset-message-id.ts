import {nullVariable, thrown} from './java-text.ts';

const OFFSET_DIGITS = 16;
const PORT_DIGITS = 8;

/**
 * The commit log offset that an offset message id ends with: address (8 digits, or 32), port (8), offset (16). What is too short is
 * thrown as Java's `substring` throws it; a digit that is none counts as -1, so that any offset may come out.
 * Source: RocketMQ 4.9.1 `MessageDecoder#decodeMessageId`, `UtilAll#string2bytes`.
 */
export function offsetOfMessageId(id: string | undefined): number {
  if (id === undefined) {
    const at = 'org.apache.rocketmq.common.message.MessageDecoder.decodeMessageId(MessageDecoder.java:87)';
    nullVariable('String.length()', 'msgId', at);
  }
  const addressEnd = id.length === 32 ? 8 : 32;
  const portEnd = addressEnd + PORT_DIGITS;
  const ends = [addressEnd, portEnd, portEnd + OFFSET_DIGITS];
  ends.forEach((end, i) => {
    if (end <= id.length) return;
    thrown(
      `java.lang.StringIndexOutOfBoundsException: begin ${i === 0 ? 0 : ends[i - 1]}, end ${end}, length ${id.length}`,
      'java.base/java.lang.String.checkBoundsBeginEnd(String.java:4606)',
    );
  });
  const digits = id.slice(portEnd, portEnd + OFFSET_DIGITS).toUpperCase();
  let offset = 0n;
  for (let i = 0; i < OFFSET_DIGITS; i += 2) {
    const byte = ('0123456789ABCDEF'.indexOf(digits[i]!) << 4) | '0123456789ABCDEF'.indexOf(digits[i + 1]!);
    offset = (offset << 8n) | BigInt(byte & 0xff);
  }
  return Number(BigInt.asIntN(64, offset));
}
