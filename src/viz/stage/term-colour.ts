/**
 * Colours of terms, in an order in which any three in a row differ for every kind of colour vision, in lightness where not in
 * hue. The number always stands by.
 */
export const TERM_COLOURS: readonly (readonly [light: string, dark: string])[] = [
  ['#0f62b4', '#79b4f5'],
  ['#a85a00', '#f2b35c'],
  ['#00796b', '#54d0bd'],
  ['#7b3fa6', '#cda2f2'],
  ['#741a48', '#ffc4dd'],
  ['#4b4f00', '#f1ef8f'],
];

/** A term has the same colour wherever it is shown. */
export function termColour(term: number): string {
  const [light, dark] = TERM_COLOURS[Math.max(0, term) % TERM_COLOURS.length]!;
  return `light-dark(${light}, ${dark})`;
}
