/**
 * Lengths of an optimal prefix code in which no code is longer than `bitsMax` (the package-merge algorithm, as boundary
 * coins: a symbol's length is the number of levels at which it was bought). Symbols never used get length 0. An alphabet
 * of one used symbol gets one code of one bit.
 */
export function huffmanLengths(use: Uint32Array, bitsMax: number): Uint8Array {
  const lengths = new Uint8Array(use.length);
  const leaves: Coin[] = [];
  use.forEach((count, symbol) => {
    if (count > 0) leaves.push({weight: count, symbols: [symbol]});
  });
  if (leaves.length === 1) lengths[leaves[0]!.symbols[0]!] = 1;
  if (leaves.length < 2) return lengths;
  leaves.sort((a, b) => a.weight - b.weight || a.symbols[0]! - b.symbols[0]!);
  let row: Coin[] = leaves;
  for (let level = 1; level < bitsMax; level++) {
    const pairs: Coin[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      const [a, b] = [row[i]!, row[i + 1]!];
      pairs.push({weight: a.weight + b.weight, symbols: a.symbols.concat(b.symbols)});
    }
    row = mergeByWeight(leaves, pairs);
  }
  for (const coin of row.slice(0, 2 * (leaves.length - 1))) {
    for (const symbol of coin.symbols) lengths[symbol]!++;
  }
  return lengths;
}

interface Coin {
  readonly weight: number;
  readonly symbols: readonly number[];
}

function mergeByWeight(a: readonly Coin[], b: readonly Coin[]): Coin[] {
  const merged: Coin[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (j >= b.length || (i < a.length && a[i]!.weight <= b[j]!.weight)) merged.push(a[i++]!);
    else merged.push(b[j++]!);
  }
  return merged;
}
