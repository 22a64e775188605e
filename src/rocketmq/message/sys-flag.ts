/** Bits of a record's `sysFlag`. Source: RocketMQ 4.9.1 `common.sysflag.MessageSysFlag`. */
export const MessageSysFlag = {
  COMPRESSED: 0x1,
  MULTI_TAGS: 0x2,
  TRANSACTION_NOT: 0x0,
  TRANSACTION_PREPARED: 0x4,
  TRANSACTION_COMMIT: 0x8,
  TRANSACTION_ROLLBACK: 0xc,
  BORN_HOST_V6: 0x10,
  STORE_HOST_V6: 0x20,
} as const;

/** The two transaction bits of a flag. */
export function transactionType(sysFlag: number): number {
  return sysFlag & MessageSysFlag.TRANSACTION_ROLLBACK;
}
