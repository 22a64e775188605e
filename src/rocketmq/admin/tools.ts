import type {AdminApi} from './admin-api.ts';

/** What a command works with. */
export interface AdminTools {
  readonly api: AdminApi;
  /** One line of standard output. */
  print(line: string): void;
  /** One line of standard error. */
  printError(line: string): void;
  nowMs(): number;
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
