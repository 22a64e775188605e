/** The only source of chance. */
export interface Random {
  /** A uniform integer in [0, bound); `bound` is an integer in 1..2^31. */
  below(bound: number): number;
  /** A uniform integer in [-2^31, 2^31), as Java's `nextInt()` gives. */
  int32(): number;
  /** A stream of its own by name: drawing from one does not shift another. The same name gives the same stream object. */
  stream(name: string): Random;
}
