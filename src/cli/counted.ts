import {sayCount} from '../lab/say-duration.ts';

/** `1 file`, `1,000 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${sayCount(count)} ${count === 1 ? one : many}`;
}
