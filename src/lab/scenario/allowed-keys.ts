import type {z} from 'zod';
import type {Path} from './problem.ts';

interface Definition {
  readonly type: string;
  readonly shape?: Record<string, z.ZodType>;
  readonly innerType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly items?: readonly z.ZodType[];
  readonly options?: readonly z.ZodType[];
  readonly getter?: () => z.ZodType;
}

/** The keys that a schema knows for the mapping at `path`, over all alternatives; empty where it knows none. */
export function allowedKeys(schema: z.ZodType, path: Path): string[] {
  const keys: string[] = [];
  collect(schema, path, keys);
  return [...new Set(keys)];
}

function collect(schema: z.ZodType, path: Path, keys: string[]): void {
  const def = schema._zod.def as unknown as Definition;
  const inner = def.innerType ?? def.getter?.();
  if (inner !== undefined) {
    collect(inner, path, keys);
    return;
  }
  if (def.options !== undefined) {
    for (const option of def.options) collect(option, path, keys);
    return;
  }
  const [first, ...rest] = path;
  if (first === undefined) {
    if (def.shape !== undefined) keys.push(...Object.keys(def.shape));
    return;
  }
  const next =
    def.shape?.[String(first)] ??
    def.valueType ??
    def.element ??
    (typeof first === 'number' ? def.items?.[first] : undefined);
  if (next !== undefined) collect(next, rest, keys);
}
