import {civilTime} from '../message/calendar.ts';
import {RequestFailure} from '../remoting/dispatch.ts';

/** What RocketMQ appends to several remarks. Source: `common.help.FAQUrl`. */
export const FAQ = '\nSee http://rocketmq.apache.org/docs/faq/ for further details.';

/**
 * Fails a request as a handler that threw does: SYSTEM_ERROR with the exception's text and its topmost stack frame.
 * Source: RocketMQ 4.9.1 `NettyRemotingAbstract#processRequestCommand`, `RemotingHelper#exceptionSimpleDesc`.
 */
export function thrown(exception: string, frame: string): never {
  throw new RequestFailure(`${exception}, ${frame}`);
}

/** A `RemotingCommandException`, thrown where 4.9.1 throws it. */
export function commandException(message: string, frame: string): never {
  thrown(`org.apache.rocketmq.remoting.exception.RemotingCommandException: ${message}`, frame);
}

const PROCESSOR = 'org.apache.rocketmq.broker.processor';

/**
 * A header field that must be there was missing or unreadable: 4.9.1 unboxes a null, and the virtual machine (17 here)
 * explains which.
 * @param at `Class.method(File.java:line)` in the package of the processors
 */
export function missingField(
  header: string,
  field: string,
  type: 'Integer' | 'Long' | 'Boolean',
  at: string,
): never {
  const unbox = {Integer: 'int', Long: 'long', Boolean: 'boolean'}[type];
  const getter = `get${field[0]?.toUpperCase()}${field.slice(1)}`;
  thrown(
    `java.lang.NullPointerException: Cannot invoke "java.lang.${type}.${unbox}Value()" because the return value of ` +
      `"org.apache.rocketmq.common.protocol.header.${header}.${getter}()" is null`,
    `${PROCESSOR}.${at}`,
  );
}

/**
 * A name that must be there is not, and a table of Java's takes no null. Text and stack frame are what a virtual machine leaves
 * out that has thrown it often.
 */
export function missingName(): never {
  throw new RequestFailure('java.lang.NullPointerException');
}

/** The same, of a table in code that has not run often: `ConcurrentHashMap.method(ConcurrentHashMap.java:line)`. */
export function nullKey(at: 'get' | 'replaceNode'): never {
  thrown(
    'java.lang.NullPointerException: Cannot invoke "Object.hashCode()" because "key" is null',
    `java.base/java.util.concurrent.ConcurrentHashMap.${at}(ConcurrentHashMap.java:${at === 'get' ? 936 : 1111})`,
  );
}

/** A method was called on a variable that is null. @param at as in `thrown` */
export function nullVariable(call: string, variable: string, at: string): never {
  thrown(`java.lang.NullPointerException: Cannot invoke "${call}" because "${variable}" is null`, at);
}

/** `new String(null, charset)`: a request that must carry a body has none. */
export function missingBody(): never {
  thrown(
    'java.lang.NullPointerException: Cannot read the array length because "bytes" is null',
    'java.base/java.lang.String.<init>(String.java:1387)',
  );
}

/** `Integer.parseInt` of something else. */
export function numberFormat(text: string): never {
  thrown(
    `java.lang.NumberFormatException: For input string: "${text}"`,
    'java.base/java.lang.NumberFormatException.forInputString(NumberFormatException.java:67)',
  );
}

/** So many digits fit in any case. */
const LONG_DIGITS = 18;
const LONG_MAX = 9_223_372_036_854_775_807n;

function isBeyondLong(digits: string): boolean {
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  return value > LONG_MAX || value < -LONG_MAX - 1n;
}

/** Decimal text to a number, as `Long.parseLong` takes it; null where it does not, or where there is none. */
export function javaLong(text: string | undefined): number | null {
  if (text === undefined) return null;
  const {length} = text;
  const first = text.charCodeAt(0);
  const signed = first === 45 || first === 43;
  let at = signed ? 1 : 0;
  if (at === length || length > 20) return null;
  let value = 0;
  for (; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  if (length > LONG_DIGITS && isBeyondLong(text)) return null;
  // Past 2^53 the last digits are not kept: such values are only ever compared (9223372036854775807, "no limit").
  return first === 45 && value !== 0 ? -value : value;
}

/** Decimal text to an int32, as `Integer.parseInt` takes it; null where it does not, or where there is none. */
export function javaInt(text: string | undefined): number | null {
  const value = javaLong(text);
  return value === null || value > 0x7fffffff || value < -0x80000000 ? null : value;
}

/** Java's boolean rule: every text that is not `true`, in whatever case, is false. */
export function javaBoolean(text: string | undefined): boolean {
  return text === 'true' || (text !== undefined && text.toLowerCase() === 'true');
}

const two = (value: number): string => String(value).padStart(2, '0');

/**
 * A time for people, at UTC: `yyyy-MM-dd HH:mm:ss,SSS` unless other separators are asked for.
 * Source: RocketMQ 4.9.1 `UtilAll#timeMillisToHumanString2`, `UtilAll#formatDate`.
 */
export function humanTime(timeMs: number, dateAndTime = ' ', fraction = ','): string {
  const t = civilTime(timeMs);
  return (
    `${String(t.year).padStart(4, '0')}-${two(t.month)}-${two(t.day)}${dateAndTime}` +
    `${two(t.hour)}:${two(t.minute)}:${two(t.second)}${fraction}${String(t.millisecond).padStart(3, '0')}`
  );
}

/** A body that fastjson cannot read. */
export function notJson(): never {
  thrown(
    'com.alibaba.fastjson.JSONException: syntax error',
    'com.alibaba.fastjson.parser.DefaultJSONParser.parse(DefaultJSONParser.java:1510)',
  );
}
