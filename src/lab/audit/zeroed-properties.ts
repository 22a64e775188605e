import {int16At, int32At} from '../../rocketmq/message/int64.ts';
import {RecordOffset} from '../../rocketmq/message/record.ts';
import {MessageSysFlag} from '../../rocketmq/message/sys-flag.ts';

/** From the born timestamp to the length of the body, both hosts IPv4. */
const BODY_LENGTH_AT = 84;
const V6_EXTRA = 12;

/**
 * Whether the properties of a sound record hold zero bytes. Nobody writes any there: what stands there was never written to the disk.
 * Recovery takes such a record, since its CRC is of the body and its lengths add up.
 */
export function hasZeroedProperties(record: Uint8Array): boolean {
  const sysFlag = int32At(record, RecordOffset.SYS_FLAG);
  let at = BODY_LENGTH_AT;
  if ((sysFlag & MessageSysFlag.BORN_HOST_V6) !== 0) at += V6_EXTRA;
  if ((sysFlag & MessageSysFlag.STORE_HOST_V6) !== 0) at += V6_EXTRA;
  at += 4 + int32At(record, at);
  at += 1 + record[at]!;
  const length = int16At(record, at);
  const zero = record.indexOf(0, at + 2);
  return zero !== -1 && zero < at + 2 + length;
}
