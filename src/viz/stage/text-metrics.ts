/**
 * Widths of text without a browser: so that geometry is data and the same everywhere. The factors err on the wide side for
 * the system fonts of the theme.
 */
export function textWidth(text: string, sizePx: number, mono = false): number {
  let ems = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (isWide(code)) ems += 1;
    else if (mono) ems += 0.61;
    else ems += latinEms(character);
  }
  return ems * sizePx;
}

/** The text, or as much of it as fits with an ellipsis after it. */
export function fitText(text: string, widthPx: number, sizePx: number, mono = false): string {
  if (textWidth(text, sizePx, mono) <= widthPx) return text;
  const room = widthPx - textWidth('…', sizePx, mono);
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += textWidth(character, sizePx, mono);
    if (room < used) break;
    kept += character;
  }
  return kept === '' ? '' : `${kept.trimEnd()}…`;
}

function isWide(code: number): boolean {
  return (
    (0x2e80 <= code && code <= 0xa4cf) ||
    (0xac00 <= code && code <= 0xd7a3) ||
    (0xf900 <= code && code <= 0xfaff) ||
    (0xff00 <= code && code <= 0xff60)
  );
}

const NARROW = new Set("iljtfrI.,:;'|!()[] ");
const BROAD = new Set('mwMW@%');

function latinEms(character: string): number {
  if (NARROW.has(character)) return 0.36;
  if (BROAD.has(character)) return 0.92;
  if (character >= '0' && character <= '9') return 0.64;
  return character >= 'A' && character <= 'Z' ? 0.71 : 0.61;
}
