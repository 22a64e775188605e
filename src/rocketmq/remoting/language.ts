import type {LanguageCode} from './command.ts';

/** Languages by name, in the order of their ordinals. Source: RocketMQ 4.9.1 `remoting.protocol.LanguageCode`. */
export const LANGUAGES: ReadonlyMap<string, number> = new Map<LanguageCode, number>([
  ['JAVA', 0],
  ['CPP', 1],
  ['DOTNET', 2],
  ['PYTHON', 3],
  ['DELPHI', 4],
  ['ERLANG', 5],
  ['RUBY', 6],
  ['OTHER', 7],
  ['HTTP', 8],
  ['GO', 9],
  ['PHP', 10],
  ['OMS', 11],
]);

const byOrdinal: readonly string[] = [...LANGUAGES.keys()];

/** Null for a byte that stands for no language. */
export function languageOfOrdinal(ordinal: number): LanguageCode | null {
  return (byOrdinal[ordinal] as LanguageCode | undefined) ?? null;
}

/** Takes any case, as fastjson does; null for a name that stands for no language. */
export function languageOfName(name: string): LanguageCode | null {
  const upper = name.toUpperCase();
  return LANGUAGES.has(upper) ? (upper as LanguageCode) : null;
}
