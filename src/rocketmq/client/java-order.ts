/**
 * The order in which Java's `HashMap` and `HashSet` hand out their entries. 4.9.1 walks such maps when it asks for
 * offsets, pulls, heartbeats and persists, so the order is visible on the wire.
 */

/** Buckets of a `HashMap` that has grown by insertion to `count` entries: 16, doubled past three quarters. */
function bucketsFor(count: number): number {
  let buckets = 16;
  while (buckets * 3 < count * 4) buckets *= 2;
  return buckets;
}

/**
 * Items in bucket order; items of one bucket in the order given, as insertion leaves them.
 * Source: OpenJDK `java.util.HashMap#hash`, `#resize`.
 */
export function inHashOrder<T>(items: Iterable<T>, hashCode: (item: T) => number): T[] {
  const all = [...items];
  if (all.length < 2) return all;
  const mask = bucketsFor(all.length) - 1;
  const placed = all.map((item, position) => {
    const hash = hashCode(item);
    return {item, position, bucket: (hash ^ (hash >>> 16)) & mask};
  });
  placed.sort((a, b) => a.bucket - b.bucket || a.position - b.position);
  return placed.map((place) => place.item);
}
