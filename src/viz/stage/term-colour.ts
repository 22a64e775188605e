/** Colours of terms: the hue wheel in an order in which neighbours differ for colour-blind eyes too. The number always stands by. */
const TERM_COLOURS: readonly string[] = [
  'light-dark(#0f62b4, #79b4f5)',
  'light-dark(#a85a00, #f2b35c)',
  'light-dark(#7b3fa6, #cda2f2)',
  'light-dark(#00796b, #54d0bd)',
  'light-dark(#a63a6b, #f29bc1)',
  'light-dark(#6b6a00, #d3d05a)',
];

/** A term has the same colour wherever it is shown. */
export function termColour(term: number): string {
  return TERM_COLOURS[Math.max(0, term) % TERM_COLOURS.length]!;
}
