/** Texts of errors may have several lines; a sentence has one. */
export function oneLine(sentence: string | null): string | null {
  return sentence?.includes('\n') ? sentence.replace(/\s*\n\s*/g, ' ') : sentence;
}
