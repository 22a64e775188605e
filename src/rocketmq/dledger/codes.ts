/** Source: DLedger 0.2.2 `protocol.DLedgerRequestCode`. */
export const DLedgerRequestCode = {
  METADATA: 50000,
  APPEND: 50001,
  GET: 50002,
  VOTE: 51001,
  HEART_BEAT: 51002,
  PULL: 51003,
  PUSH: 51004,
  LEADERSHIP_TRANSFER: 51005,
} as const;

/** Source: DLedger 0.2.2 `protocol.DLedgerResponseCode`, complete: some of them are never sent. */
export const DLedgerResponseCode = {
  UNKNOWN: -1,
  SUCCESS: 200,
  TIMEOUT: 300,
  METADATA_ERROR: 301,
  NETWORK_ERROR: 302,
  UNSUPPORTED: 303,
  UNKNOWN_GROUP: 400,
  UNKNOWN_MEMBER: 401,
  UNEXPECTED_MEMBER: 402,
  EXPIRED_TERM: 403,
  NOT_LEADER: 404,
  NOT_FOLLOWER: 405,
  INCONSISTENT_STATE: 406,
  INCONSISTENT_TERM: 407,
  INCONSISTENT_INDEX: 408,
  INCONSISTENT_LEADER: 409,
  INDEX_OUT_OF_RANGE: 410,
  UNEXPECTED_ARGUMENT: 411,
  REPEATED_REQUEST: 412,
  REPEATED_PUSH: 413,
  DISK_ERROR: 414,
  DISK_FULL: 415,
  TERM_NOT_READY: 416,
  FALL_BEHIND_TOO_MUCH: 417,
  TAKE_LEADERSHIP_FAILED: 418,
  INDEX_LESS_THAN_LOCAL_BEGIN: 419,
  REQUEST_WITH_EMPTY_BODYS: 420,
  INTERNAL_ERROR: 500,
  TERM_CHANGED: 501,
  WAIT_QUORUM_ACK_TIMEOUT: 502,
  LEADER_PENDING_FULL: 503,
  ILLEGAL_MEMBER_STATE: 504,
  LEADER_NOT_READY: 505,
  LEADER_TRANSFERRING: 506,
} as const;

const responseNames = new Map<number, string>(
  Object.entries(DLedgerResponseCode).map(([name, code]) => [code, name]),
);

/** The name of a response code; as Java's `valueOf`, `UNKNOWN` for a number that is none. */
export function dledgerCodeName(code: number): string {
  return responseNames.get(code) ?? 'UNKNOWN';
}

/** What a check of DLedger refused, with the code that it answers. Source: `exception.DLedgerException`. */
export class DLedgerError extends Error {
  readonly code: number;
  constructor(code: number, detail = '') {
    super(`[code=${code},name=${dledgerCodeName(code)},desc=]${detail === '' ? '' : ` ${detail}`}`);
    this.name = 'DLedgerError';
    this.code = code;
  }
}

/** Source: `utils.PreConditions#check`. The detail is worded only when the check fails. */
export function check(holds: boolean, code: number, detail?: () => string): asserts holds {
  if (!holds) throw new DLedgerError(code, detail?.() ?? '');
}
