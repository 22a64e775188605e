/** Permission bits of topics and brokers. Source: `common.constant.PermName`. */
export const PERM_INHERIT = 1;
export const PERM_WRITE = 2;
export const PERM_READ = 4;

export const isReadable = (perm: number): boolean => (perm & PERM_READ) !== 0;
export const isWriteable = (perm: number): boolean => (perm & PERM_WRITE) !== 0;
export const isInherited = (perm: number): boolean => (perm & PERM_INHERIT) !== 0;

/** `RW-`, `RWX`, ... Source: `PermName#perm2String`. */
export function permText(perm: number): string {
  return `${isReadable(perm) ? 'R' : '-'}${isWriteable(perm) ? 'W' : '-'}${isInherited(perm) ? 'X' : '-'}`;
}
