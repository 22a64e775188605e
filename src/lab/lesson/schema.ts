import {z} from 'zod';
import {durationText} from '../scenario/schema.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const matcher = z.union([
  scalar,
  z.strictObject({atLeast: z.number().optional(), atMost: z.number().optional()}),
  z.strictObject({not: scalar}),
  z.strictObject({contains: z.string()}),
]);

const conditionFields = {
  /** A kind of fact that a process reports. */
  fact: z.string().optional(),
  /** A kind of entry that the simulator itself records. */
  entry: z.string().optional(),
  /** The name of a request code: a frame of it that is sent. */
  frame: z.string().optional(),
  form: z.enum(['request', 'response', 'oneway']).optional(),
  process: z.string().optional(),
  where: z.record(z.string(), matcher).optional(),
  /** The n-th match; the first unless told. */
  nth: z.int().min(1).optional(),
  /** A moment of virtual time. */
  time: durationText.optional(),
};

/**
 * Names a moment of a run: the n-th entry that fits, after and before other moments if told, or a virtual time. With `leadsTo`,
 * the nearest cause of that moment which fits: the very request that was refused, say.
 */
export interface ConditionFile {
  readonly fact?: string | undefined;
  readonly entry?: string | undefined;
  readonly frame?: string | undefined;
  readonly form?: 'request' | 'response' | 'oneway' | undefined;
  readonly process?: string | undefined;
  readonly where?: Readonly<Record<string, z.infer<typeof matcher>>> | undefined;
  readonly nth?: number | undefined;
  readonly time?: string | undefined;
  readonly after?: ConditionFile | undefined;
  readonly before?: ConditionFile | undefined;
  readonly leadsTo?: ConditionFile | undefined;
}
export type Matcher = z.infer<typeof matcher>;

export const condition: z.ZodType<ConditionFile> = z.strictObject({
  ...conditionFields,
  get after() {
    return condition.optional();
  },
  get before() {
    return condition.optional();
  },
  get leadsTo() {
    return condition.optional();
  },
});

const sayAs = z.enum(['count', 'plain', 'duration', 'ms', 'moment']).optional();

/** A figure of a run, computed. */
export const valueSchema = z.union([
  z.strictObject({count: condition, as: sayAs}),
  z.strictObject({timeOf: condition, as: sayAs}),
  z.strictObject({between: z.tuple([condition, condition]), as: sayAs}),
  z.strictObject({field: z.string(), of: condition, as: sayAs}),
  z.strictObject({distinct: z.string(), of: condition, as: sayAs}),
  z.strictObject({smallest: z.string(), of: condition, as: sayAs}),
  z.strictObject({largest: z.string(), of: condition, as: sayAs}),
  z.strictObject({total: z.string(), of: condition, as: sayAs}),
  z.strictObject({list: z.string(), of: condition, first: z.int().min(1), as: sayAs}),
  z.strictObject({
    ledger: z.enum(['sent', 'acked', 'givenUp', 'durable', 'delivered', 'duplicated', 'lost']),
    as: sayAs,
  }),
]);
export type ValueFile = z.infer<typeof valueSchema>;

const operand = z.union([z.number(), z.strictObject({value: z.string()})]);

/** Something that is true of a run or not. */
export type PredicateFile =
  | {readonly equal: readonly (number | string | {readonly value: string})[]}
  | {readonly atLeast: readonly [number | {readonly value: string}, number | {readonly value: string}]}
  | {readonly atMost: readonly [number | {readonly value: string}, number | {readonly value: string}]}
  | {readonly occurs: ConditionFile}
  | {readonly never: ConditionFile}
  | {readonly inOrder: readonly ConditionFile[]}
  | {readonly check: string}
  | {readonly all: readonly PredicateFile[]}
  | {readonly any: readonly PredicateFile[]}
  | {readonly not: PredicateFile};

export const predicate: z.ZodType<PredicateFile> = z.lazy(() =>
  z.union([
    z.strictObject({
      equal: z.array(z.union([z.number(), z.string(), z.strictObject({value: z.string()})])).min(2),
    }),
    z.strictObject({atLeast: z.tuple([operand, operand])}),
    z.strictObject({atMost: z.tuple([operand, operand])}),
    z.strictObject({occurs: condition}),
    z.strictObject({never: condition}),
    z.strictObject({inOrder: z.array(condition).min(2)}),
    z.strictObject({check: z.string()}),
    z.strictObject({all: z.array(predicate).min(1)}),
    z.strictObject({any: z.array(predicate).min(1)}),
    z.strictObject({not: predicate}),
  ]),
);

const point = z.union([
  z.strictObject({process: z.string()}),
  z.strictObject({frame: condition}),
  z.strictObject({queue: z.strictObject({broker: z.string(), topic: z.string(), queueId: z.int()})}),
  z.strictObject({link: z.tuple([z.string(), z.string()])}),
  z.strictObject({entry: condition}),
]);
export type PointFile = z.infer<typeof point>;

const ID = /^[a-z][a-z0-9-]*$/;
const id = z.string().regex(ID, 'an id of small letters, digits and dashes');

const step = z.strictObject({
  id,
  /** The run is shown up to this moment. */
  until: condition,
  point: point.optional(),
  question: z
    .strictObject({
      /** Exactly one of these must turn out true; which one is decided by the run. */
      options: z.array(z.strictObject({id, when: predicate})).min(2),
    })
    .optional(),
});
export type StepFile = z.infer<typeof step>;

/** A lesson.yaml. */
export const lessonSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string(),
  values: z.record(z.string(), valueSchema).optional(),
  steps: z.array(step).min(1),
  claims: z.record(id, predicate),
});
export type LessonFile = z.infer<typeof lessonSchema>;
