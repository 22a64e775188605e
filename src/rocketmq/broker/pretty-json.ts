/**
 * Compact fastjson text as fastjson's pretty printer breaks it: a member a line, indented by tabs; but a map with numbers as
 * keys stays on one line up to its closing brace.
 * Source: fastjson 1.2.76 `SerializerFeature.PrettyFormat`, as `RemotingSerializable#toJson(obj, true)` uses it.
 */
export function prettyFastjson(compact: string): string {
  let text = '';
  let depth = 0;
  /** For each open brace or bracket: do its members stand on lines of their own? */
  const broken: boolean[] = [];
  const newline = (): string => `\n${'\t'.repeat(depth)}`;
  for (let at = 0; at < compact.length; at += 1) {
    const char = compact[at] as string;
    if (char === '"') {
      const end = endOfString(compact, at);
      text += compact.slice(at, end);
      at = end - 1;
    } else if (char === '{' || char === '[') {
      const next = compact[at + 1];
      if (next === '}' || next === ']') {
        text += char + next;
        at += 1;
        continue;
      }
      depth += 1;
      const breaks = char === '[' || next === '"' || next === '{';
      broken.push(breaks);
      text += breaks ? char + newline() : char;
    } else if (char === '}' || char === ']') {
      depth -= 1;
      broken.pop();
      text += newline() + char;
    } else if (char === ',') {
      text += broken[broken.length - 1] === true ? char + newline() : char;
    } else {
      text += char;
    }
  }
  return text;
}

/** Just past the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
