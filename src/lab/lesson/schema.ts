import {z} from 'zod';
import {durationText, matcher} from '../scenario/schema.ts';

const conditionFields = {
  /** A kind of fact that a process reports. */
  fact: z.string().optional(),
  /** A kind of entry that the simulator itself records. */
  entry: z.string().optional(),
  /** The name of a request code: a frame of it that is sent. */
  frame: z.string().optional(),
  form: z.enum(['request', 'response', 'oneway']).optional(),
  where: z.record(z.string(), matcher).optional(),
  /** The n-th match; the first unless told. The last is that of the whole run, so it wants a `before`. */
  nth: z.union([z.int().min(1), z.literal('last')]).optional(),
  /** A moment of virtual time. */
  time: durationText.optional(),
  /** Looked for in the run beside; in a lesson that opens with two. */
  in: z.literal('beside').optional(),
};

/**
 * Names a moment of a run: the n-th entry that fits, after and before other moments if told, or a virtual time. With `leadsTo`,
 * the nearest cause of that moment which fits: the very request that was refused, say. The moments within are of the same run.
 */
export interface ConditionFile {
  readonly fact?: string | undefined;
  readonly entry?: string | undefined;
  readonly frame?: string | undefined;
  readonly form?: 'request' | 'response' | 'oneway' | undefined;
  readonly process?: WhoFile | undefined;
  readonly where?: Readonly<Record<string, z.infer<typeof matcher>>> | undefined;
  readonly nth?: number | 'last' | undefined;
  readonly time?: string | undefined;
  readonly in?: 'beside' | undefined;
  readonly after?: ConditionFile | undefined;
  readonly before?: ConditionFile | undefined;
  readonly leadsTo?: ConditionFile | undefined;
}

/** A process or a machine by its name, or whichever an entry is of: who leads a group is not known before. */
export type WhoFile = string | {readonly of: ConditionFile};

export const condition: z.ZodType<ConditionFile> = z.strictObject({
  ...conditionFields,
  get process() {
    return who.optional();
  },
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

const who: z.ZodType<WhoFile> = z.lazy(() => z.union([z.string(), z.strictObject({of: condition})]));

const sayAs = z.enum(['count', 'plain', 'duration', 'ms', 'moment']).optional();

/** All conditions of the value are looked for in the run beside. */
const inRun = z.literal('beside').optional();

/** A figure of a run, computed. */
const valueSchema = z.union([
  z.strictObject({count: condition, in: inRun, as: sayAs}),
  z.strictObject({timeOf: condition, in: inRun, as: sayAs}),
  z.strictObject({between: z.tuple([condition, condition]), in: inRun, as: sayAs}),
  z.strictObject({field: z.string(), of: condition, in: inRun, as: sayAs}),
  z.strictObject({distinct: z.string(), of: condition, in: inRun, as: sayAs}),
  z.strictObject({smallest: z.string(), of: condition, in: inRun, as: sayAs}),
  z.strictObject({largest: z.string(), of: condition, in: inRun, as: sayAs}),
  z.strictObject({total: z.string(), of: condition, in: inRun, as: sayAs}),
  z.strictObject({list: z.string(), of: condition, first: z.int().min(1), in: inRun, as: sayAs}),
  z.strictObject({
    ledger: z.enum(['sent', 'acked', 'givenUp', 'durable', 'delivered', 'duplicated', 'outOfReach', 'lost']),
    /** Right after this moment; at the end of the run unless told. */
    at: condition.optional(),
    in: inRun,
    as: sayAs,
  }),
  /** Of the messages of one producer, at the end of the run. Unread: acknowledged, not lost, and seen by no group. */
  z.strictObject({
    messages: z.enum(['sent', 'acked', 'givenUp', 'delivered', 'unread', 'outOfReach', 'lost', 'lostUnread']),
    producer: z.string(),
    in: inRun,
    as: sayAs,
  }),
  /** From the begin of a send to its acknowledgement, of sends begun between two moments. */
  z.strictObject({
    sendLatency: z.enum(['p50', 'p99', 'max']),
    process: z.string().optional(),
    after: condition.optional(),
    before: condition.optional(),
    in: inRun,
    as: sayAs,
  }),
  /** The first of two values above, as so many hundredths of the second. */
  z.strictObject({percent: z.tuple([z.string(), z.string()])}),
  /** The first of two values above, less the second. */
  z.strictObject({minus: z.tuple([z.string(), z.string()]), as: sayAs}),
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
  | {readonly check: string; readonly in?: 'beside' | undefined}
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
    z.strictObject({check: z.string(), in: inRun}),
    z.strictObject({all: z.array(predicate).min(1)}),
    z.strictObject({any: z.array(predicate).min(1)}),
    z.strictObject({not: predicate}),
  ]),
);

/** What is pointed at; in the run on the left unless told. */
const point = z.union([
  z.strictObject({process: who, in: inRun}),
  z.strictObject({machine: who, in: inRun}),
  z.strictObject({frame: condition}),
  z.strictObject({
    queue: z.strictObject({broker: z.string(), topic: z.string(), queueId: z.int()}),
    in: inRun,
  }),
  z.strictObject({link: z.tuple([who, who]), in: inRun}),
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

/** A lesson.yaml. */
export const lessonSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string(),
  /** The lesson opens with two runs side by side: this one, and the same with one thing otherwise, `brokerRole=SYNC_MASTER`. */
  beside: z.string().optional(),
  values: z.record(z.string(), valueSchema).optional(),
  steps: z.array(step).min(1),
  claims: z.record(id, predicate),
});
export type LessonFile = z.infer<typeof lessonSchema>;
