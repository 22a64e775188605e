/** What went wrong, as a sentence to be shown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
