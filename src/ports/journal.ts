/** A typed fact that a process reports about itself: plain data, frozen once recorded. */
export interface FactShape {
  readonly kind: string;
}

/** Where a process reports facts. It cannot read them back: checks and pictures are made from the outside. */
export interface Journal {
  record(fact: FactShape): void;
}
