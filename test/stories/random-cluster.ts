/** A stream of chance for tests: small, and the same everywhere. */
export interface Dice {
  /** 0 ≤ result < `bound`, a whole number. */
  below(bound: number): number;
  oneOf<T>(list: readonly T[]): T;
  chance(percent: number): boolean;
}

/** Mulberry32. */
export function diceOf(seed: number): Dice {
  let state = (seed * 0x9e3779b1) | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number): number => next() % bound;
  return {below, oneOf: (list) => list[below(list.length)]!, chance: (percent) => below(100) < percent};
}

/** When the last fault strikes, when all are lifted, and how long the run goes on after that. */
const FAULTS_FROM_MS = 4_000;
const FAULTS_TO_MS = 60_000;
const HEALED_AT_MS = 70_000;
const DURATION_S = 330;

/** A small cluster with faults at random, all of them lifted at 70 s, as a scenario file. */
export function randomCluster(seed: number): string {
  const dice = diceOf(seed);
  const namesrvs = names('ns', 1 + dice.below(2));
  const brokers = names('broker', 1 + dice.below(2));
  const producers = names('producer', 1 + dice.below(2));
  const consumers = names('consumer', 1 + dice.below(3));
  const processes = [...namesrvs, ...brokers, ...producers, ...consumers];
  const machines = processes.map((name) => `on-${name}`);
  const lines = [
    `name: random-${seed}`,
    `duration: ${DURATION_S}s`,
    `network: ${dice.oneOf(['same-rack', 'zones', 'continents', '{preset: same-zone, loss: 2%}'])}`,
    'machines:',
    ...machines.map(
      (machine, i) => `  ${machine}: {address: 10.0.0.${i + 1}, clockOffset: ${clockOffset(dice)}}`,
    ),
    'nameservers:',
    ...namesrvs.map((name) => `  ${name}: {machine: on-${name}}`),
    'brokers:',
    ...brokers.flatMap((name) => [
      `  ${name}:`,
      `    machine: on-${name}`,
      `    start: ${dice.below(1500)}ms`,
      '    config: |',
      `      brokerName=${name}`,
      `      flushDiskType=${dice.oneOf(['ASYNC_FLUSH', 'SYNC_FLUSH'])}`,
    ]),
    ...(dice.chance(50) ? ['topics:', `  T: {queues: ${1 + dice.below(4)}}`] : []),
    'producers:',
    ...producers.map(
      (name) =>
        `  ${name}: {machine: on-${name}, start: ${2000 + dice.below(2000)}ms, topic: T, ` +
        `mode: ${dice.oneOf(['sync', 'sync', 'async', 'oneway'])}, every: 250ms, count: 400, ` +
        `body: ${dice.oneOf(['16B', '300B', '5KiB'])}}`,
    ),
    'consumers:',
    ...consumers.map(
      (name, i) =>
        `  ${name}: {machine: on-${name}, start: ${2000 + dice.below(3000)}ms, topic: T, ` +
        `group: ${dice.oneOf(['g', 'g', `g${i}`])}, settings: {consumeFromWhere: CONSUME_FROM_FIRST_OFFSET}}`,
    ),
    'faults:',
    ...faultsOf(dice, processes, machines),
    'checks: [acked-messages-survive, delivered-at-least-once, queue-order-kept]',
  ];
  return `${lines.join('\n')}\n`;
}

function names(what: string, count: number): string[] {
  return Array.from({length: count}, (_, i) => `${what}${i + 1}`);
}

function clockOffset(dice: Dice): string {
  return dice.oneOf(['0s', '0s', '350ms', '-2s', '40s', '-1h']);
}

/** Three to eight faults that each find something to break, and what lifts them. */
function faultsOf(dice: Dice, processes: readonly string[], machines: readonly string[]): string[] {
  const times = Array.from(
    {length: 3 + dice.below(6)},
    () => FAULTS_FROM_MS + dice.below(FAULTS_TO_MS - FAULTS_FROM_MS),
  ).sort((a, b) => a - b);
  const state = new Map<string, 'runs' | 'down' | 'frozen'>(processes.map((name) => [name, 'runs']));
  const cuts = new Map<string, string>();
  const lines: string[] = [];
  for (const atMs of times) {
    const add = (what: string): void => void lines.push(`  - {at: ${atMs}ms, ${what}}`);
    const die = dice.below(10);
    if (die < 3) {
      const [from, to] = [dice.oneOf(machines), dice.oneOf(machines)];
      if (from === to) continue;
      const link = dice.chance(60) ? `[${from}, ${to}]` : `{from: ${from}, to: ${to}}`;
      if (cuts.has(link)) {
        add(`heal: ${link}`);
        cuts.delete(link);
      } else {
        add(`cut: ${link}`);
        cuts.set(link, link);
      }
      continue;
    }
    if (die === 3) {
      add(
        `jump-clock: {machine: ${dice.oneOf(machines)}, by: ${dice.oneOf(['5s', '-5s', '2min', '-90s', '1h'])}}`,
      );
      continue;
    }
    const name = dice.oneOf(processes);
    const now = state.get(name)!;
    if (now === 'down') {
      add(`start: ${name}`);
      state.set(name, 'runs');
    } else if (now === 'frozen') {
      const how = dice.oneOf(['resume', 'resume', 'kill']);
      add(`${how}: ${name}`);
      state.set(name, how === 'kill' ? 'down' : 'runs');
    } else {
      const how = dice.oneOf(['kill', 'kill', 'stop', 'restart', 'pause', 'pause']);
      add(`${how}: ${name}`);
      if (how === 'pause') state.set(name, 'frozen');
      else if (how !== 'restart') state.set(name, 'down');
    }
  }
  for (const link of cuts.values()) lines.push(`  - {at: ${HEALED_AT_MS}ms, heal: ${link}}`);
  for (const [name, now] of state) {
    if (now !== 'runs')
      lines.push(`  - {at: ${HEALED_AT_MS}ms, ${now === 'down' ? 'start' : 'resume'}: ${name}}`);
  }
  return lines;
}
