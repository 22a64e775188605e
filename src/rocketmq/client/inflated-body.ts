import type {MessageExt} from '../message/message.ts';
import {MessageSysFlag} from '../message/sys-flag.ts';
import {inflateZlib} from '../zlib/inflate.ts';

const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

/** The body as it was before it was packed, or as it is if it never was; null where it cannot be unpacked. Source: `UtilAll#uncompress`. */
export function inflatedBody({sysFlag, body}: MessageExt): Uint8Array | null {
  return (sysFlag & MessageSysFlag.COMPRESSED) === 0 ? body : inflateZlib(body, INFLATED_BYTES_MAX);
}
