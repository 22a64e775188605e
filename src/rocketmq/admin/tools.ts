import type {Timer} from '../../ports/clock.ts';
import type {AdminApi} from './admin-api.ts';

/** What a command works with. */
export interface AdminTools {
  readonly api: AdminApi;
  /** One line of standard output, or the rest of one that `write` has begun. */
  print(line: string): void;
  /** Standard output without the end of a line: what is printed next follows at once. */
  write(text: string): void;
  /** One line of standard error. */
  printError(line: string): void;
  /** Makes a file anew; null, or why it cannot be made. */
  saveFile(path: string, bytes: Uint8Array): string | null;
  nowMs(): number;
  after(delayMs: number, run: () => void): Timer;
}

export interface AdminOption {
  readonly letter: string;
  readonly word: string;
  readonly takesValue: boolean;
  readonly required: boolean;
}

/** One command of mqadmin. */
export interface AdminCommand {
  readonly name: string;
  readonly options: readonly AdminOption[];
  /**
   * `options` by letter; `done` hears null, or why the command failed, which the tool prints as the cause of its exception.
   */
  run(tools: AdminTools, options: ReadonlyMap<string, string>, done: (failure: string | null) => void): void;
}
