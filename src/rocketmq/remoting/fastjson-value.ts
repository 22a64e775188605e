/** An integer beyond 2^53 is a bigint; every other number is a number. */
export type FastjsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly FastjsonValue[]
  | FastjsonObject;

/** Keys in the order written. A numeric key is its text; an object written as a key is that object. */
export type FastjsonObject = ReadonlyMap<string | FastjsonObject, FastjsonValue>;
