import {z} from 'zod';
import {DISK_PRESETS, NETWORK_PRESETS} from '../../sim/presets.ts';
import {CHECK_NAMES} from '../checks/check-names.ts';
import {
  DURATION,
  DURATION_EXPECTED,
  PERCENT,
  PERCENT_EXPECTED,
  RATE,
  RATE_EXPECTED,
  SIZE,
  SIZE_EXPECTED,
} from './units.ts';

const unitText = (pattern: RegExp, expected: string) => z.string({error: expected}).regex(pattern, expected);
export const durationText = unitText(DURATION, DURATION_EXPECTED);
const sizeText = unitText(SIZE, SIZE_EXPECTED);
const rateText = unitText(RATE, RATE_EXPECTED);
const percentText = unitText(PERCENT, PERCENT_EXPECTED);
const startText = z.union([z.literal('never'), durationText], {error: `${DURATION_EXPECTED}, or never`});
const NAME = /^[A-Za-z][\w.-]*$/;
const name = z
  .string()
  .regex(NAME, 'a name of letters, digits, dots, dashes and underscores that begins with a letter');
const ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const port = z
  .int({error: 'a port from 1 to 65535'})
  .min(1, 'a port from 1 to 65535')
  .max(65_535, 'a port from 1 to 65535');
const count = (what: string) => z.int({error: what}).min(1, what);

/** A strict object whose complaint about unknown keys tells which it knows. */
function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape);
}

const names = <T extends object>(presets: T) =>
  Object.keys(presets) as [string & keyof T, ...(string & keyof T)[]];

export const texts = closed({en: z.string(), 'zh-CN': z.string()}).describe('One text in each language');

const disk = closed({
  preset: z.enum(names(DISK_PRESETS)).optional(),
  capacity: sizeText.optional(),
  syncLatency: durationText.optional().describe('What a sync takes at least'),
  syncJitter: durationText.optional(),
  bandwidth: rateText.optional(),
});

const machine = closed({
  address: z.string().regex(ADDRESS, 'an IPv4 address such as 192.168.232.128'),
  processors: count('a number of processors, at least 1').optional(),
  memory: sizeText.optional(),
  disk: z.union([z.enum(names(DISK_PRESETS)), disk]).optional(),
  clockOffset: z
    .string()
    .optional()
    .describe('How far its clock is ahead of the world (a duration, with - behind it)'),
  clockDriftPpm: z.int().optional().describe('How fast its clock drifts, in parts per million'),
});

const link = {
  preset: z.enum(names(NETWORK_PRESETS)).optional(),
  latency: durationText.optional().describe('One way'),
  jitter: durationText.optional(),
  bandwidth: rateText.optional(),
  loss: percentText.optional().describe('Chance that a segment has to be sent again'),
};

const network = closed({
  ...link,
  links: z
    .array(closed({between: z.tuple([z.string(), z.string()]), ...link}))
    .optional()
    .describe('Exceptions, by machine pair'),
});

const process = {
  machine: z.string(),
  start: startText.optional().describe('When it is started; 0s unless told'),
};

const producer = closed({
  ...process,
  namesrvAddr: z.string().optional().describe('`a:9876;b:9876`; all NameServers of the scenario unless told'),
  group: z.string().optional(),
  program: z.enum(['quickstart', 'rate']).optional(),
  topic: z.string().optional(),
  tags: z.union([z.string(), z.array(z.string())]).optional(),
  keys: z.int().min(0).optional().describe('Number of different keys given in turn; 0 for none'),
  body: sizeText.optional(),
  mode: z.enum(['sync', 'async', 'oneway']).optional(),
  every: durationText.optional().describe('From the begin of one send to the begin of the next'),
  count: count('a number of messages, at least 1').optional(),
  threads: count('a number of threads, at least 1')
    .optional()
    .describe('Threads that share the producer, each sending at its own pace; 1 unless told'),
  settings: closed({
    instanceName: z.string().optional(),
    createTopicKey: z.string().optional(),
    defaultTopicQueueNums: z.int().optional(),
    sendMsgTimeoutMs: z.int().optional(),
    retryTimesWhenSendFailed: z.int().optional(),
    retryTimesWhenSendAsyncFailed: z.int().optional(),
    retryAnotherBrokerWhenNotStoreOK: z.boolean().optional(),
    sendLatencyFaultEnable: z.boolean().optional(),
    maxMessageSizeBytes: z.int().optional(),
    compressMsgBodyOverHowmuchBytes: z.int().optional(),
    pollNameServerIntervalMs: z.int().optional(),
    heartbeatBrokerIntervalMs: z.int().optional(),
  })
    .optional()
    .describe('Settings of DefaultMQProducer'),
});

const consumer = closed({
  ...process,
  namesrvAddr: z.string().optional(),
  group: z.string().optional(),
  program: z.enum(['quickstart', 'service']).optional(),
  topic: z.string().optional(),
  tags: z.string().optional().describe('`*` or `TagA || TagB`'),
  service: durationText.optional().describe('How long the listener works on a batch'),
  fail: percentText.optional().describe('Batches that it answers with RECONSUME_LATER'),
  settings: closed({
    instanceName: z.string().optional(),
    messageModel: z.enum(['CLUSTERING', 'BROADCASTING']).optional(),
    consumeFromWhere: z
      .enum(['CONSUME_FROM_LAST_OFFSET', 'CONSUME_FROM_FIRST_OFFSET', 'CONSUME_FROM_TIMESTAMP'])
      .optional(),
    consumeTimestamp: z.string().optional(),
    allocateStrategy: z.enum(['AVG', 'AVG_BY_CIRCLE', 'CONSISTENT_HASH']).optional(),
    consumeThreadMin: z.int().optional(),
    consumeThreadMax: z.int().optional(),
    consumeMessageBatchMaxSize: z.int().optional(),
    pullBatchSize: z.int().optional(),
    pullIntervalMs: z.int().optional(),
    pullThresholdForQueue: z.int().optional(),
    pullThresholdSizeForQueueMiB: z.int().optional(),
    consumeConcurrentlyMaxSpan: z.int().optional(),
    maxReconsumeTimes: z.int().optional(),
    persistConsumerOffsetIntervalMs: z.int().optional(),
    pollNameServerIntervalMs: z.int().optional(),
    heartbeatBrokerIntervalMs: z.int().optional(),
  })
    .optional()
    .describe('Settings of DefaultMQPushConsumer'),
});

/** A machine by its name, or as the only key of a mapping. */
const onMachine = z.union([z.string(), closed({machine: z.string()})], {error: "a machine's name"});
const POSITION_EXPECTED = `a position in the file: a number of bytes, or ${SIZE_EXPECTED}`;
const place = {
  machine: z.string(),
  path: z.string().regex(/^\//, 'an absolute path on the machine'),
  position: z.union([z.int({error: POSITION_EXPECTED}).min(0, POSITION_EXPECTED), sizeText], {
    error: POSITION_EXPECTED,
  }),
};
const BIT_EXPECTED = 'a bit from 0, the least, to 7';
const FACTOR_EXPECTED = 'a whole factor of at least 2';
const ends = z.union([z.tuple([z.string(), z.string()]), closed({from: z.string(), to: z.string()})]);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** What a field of an entry or a fact is to be like. */
export const matcher = z.union([
  scalar,
  z.strictObject({atLeast: z.number().optional(), atMost: z.number().optional()}),
  z.strictObject({not: scalar}),
  z.strictObject({contains: z.string()}),
]);

const awaited = closed({
  fact: z.string().optional().describe('A kind of fact that a process reports'),
  entry: z.string().optional().describe('A kind of entry that the simulator itself records'),
  process: z.string().optional(),
  where: z.record(z.string(), matcher).optional(),
  nth: count('a number of times, at least 1')
    .optional()
    .describe('Which of those that fit; the first unless told'),
});

const fault = closed({
  at: durationText.optional(),
  when: awaited
    .optional()
    .describe('In place of a time: it strikes when this happens, or with `at`, when it happens from then on'),
  after: durationText.optional().describe('How long after `when`; at once unless told'),
  start: z.string().optional(),
  stop: z.string().optional(),
  kill: z.string().optional(),
  pause: z.string().optional(),
  resume: z.string().optional(),
  restart: z.string().optional(),
  'set-config': z
    .object({process: z.string()})
    .catchall(z.union([z.string(), z.number(), z.boolean()], {error: 'the value of a key of broker.conf'}))
    .optional()
    .describe('Keys of broker.conf that a broker reads at its next start'),
  cut: ends.optional().describe('Two machines: both ways; from and to: one way'),
  heal: ends.optional(),
  'set-link': closed({
    between: z.tuple([z.string(), z.string()]).optional().describe('Two machines: both ways'),
    from: z.string().optional().describe('With to: one way'),
    to: z.string().optional(),
    ...link,
  })
    .optional()
    .describe('What the link is from now on; what is not given is as at first'),
  'reset-link': ends.optional().describe('The link is again what it was at first'),
  'jump-clock': closed({machine: z.string(), by: z.string()}).optional(),
  'power-off': onMachine.optional().describe('Its processes and its page cache are gone, and nobody is told'),
  'power-on': onMachine.optional().describe('Nothing starts by itself'),
  'disk-full': onMachine.optional(),
  'disk-slow': closed({
    machine: z.string(),
    factor: z.int({error: FACTOR_EXPECTED}).min(2, FACTOR_EXPECTED),
  }).optional(),
  'disk-stalled': onMachine.optional().describe('The disk answers nothing until it is healed'),
  'disk-write-errors': onMachine.optional(),
  'disk-sync-errors': onMachine.optional(),
  'disk-bad-sector': closed(place).optional().describe('Cannot be read until it is written anew'),
  'disk-bit-rot': closed({
    ...place,
    bit: z.int({error: BIT_EXPECTED}).min(0, BIT_EXPECTED).max(7, BIT_EXPECTED).optional(),
  })
    .optional()
    .describe('One bit reads the other way round until it is written anew; bit 0 unless told'),
  'heal-disk': z
    .union([z.string(), closed({machine: z.string(), fault: z.string().optional()})], {
      error: "a machine's name, or machine and fault",
    })
    .optional()
    .describe('Lifts a fault, by its kind or its name; all of them unless told'),
  'destroy-disk': z
    .union([z.string(), closed({machine: z.string(), replace: z.boolean().optional()})], {
      error: "a machine's name, or machine and replace",
    })
    .optional()
    .describe('With replace: true, an empty disk takes its place at once'),
  'replace-disk': onMachine.optional().describe('An empty disk takes the place of the present one'),
}).describe('One thing done to the world at one time');

const chosen = closed({
  at: durationText.describe('When it is decided, before the faults of that moment'),
  leads: z.string().optional().describe('The dLegerGroup of which it is the leader'),
  follows: z.string().optional().describe('The dLegerGroup of which it is a follower'),
  nth: count('a place among the followers, from 1')
    .optional()
    .describe('Which of the followers, in the order of the brokers above; the first unless told'),
});
export type ChosenFile = z.infer<typeof chosen>;

/** A scenario file. */
export const scenarioSchema = closed({
  $schema: z.string().optional(),
  name,
  title: texts.optional(),
  seed: z.union([z.string(), z.number()]).optional(),
  epoch: z.iso.datetime({error: 'a UTC time such as 2021-06-15T08:00:00Z'}).optional(),
  duration: durationText,
  machines: z.record(name, machine),
  network: z.union([z.enum(names(NETWORK_PRESETS)), network]).optional(),
  nameservers: z.record(name, closed({...process, port: port.optional()})).optional(),
  brokers: z
    .record(
      name,
      closed({
        ...process,
        config: z
          .string({error: 'text in broker.conf syntax (key=value lines)'})
          .optional()
          .describe('In the syntax of broker.conf'),
        configFile: z
          .string({error: 'the path of a file in broker.conf syntax'})
          .optional()
          .describe(
            'The same in a file of its own, by its path from the folder of the scenario; on the command line only',
          ),
      }),
    )
    .optional(),
  topics: z
    .record(
      z.string(),
      closed({
        brokers: z.array(z.string()).optional().describe('All unless told'),
        queues: count('a number of queues, at least 1').optional(),
        readQueues: z.int().min(0).optional(),
        writeQueues: z.int().min(0).optional(),
        perm: z.int().min(0).max(7).optional(),
      }),
    )
    .optional()
    .describe('Topics that brokers know before the run begins'),
  producers: z.record(name, producer).optional(),
  consumers: z.record(name, consumer).optional(),
  chosen: z
    .record(name, chosen)
    .optional()
    .describe(
      'Names for faults to strike: of processes, and of the machines they are on, that chance decides',
    ),
  faults: z.array(fault).optional(),
  checks: z.array(z.enum(CHECK_NAMES)).optional(),
});

export type ScenarioFile = z.infer<typeof scenarioSchema>;
export type FaultFile = NonNullable<ScenarioFile['faults']>[number];

/** The same as JSON Schema, for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return {
    title: 'RocketMQ Lab scenario',
    ...(z.toJSONSchema(scenarioSchema, {io: 'input'}) as Record<string, unknown>),
  };
}
