/** Renders `docs/conformance.md` from what was asked and what was answered. */
import {RequestCode, requestCodeName} from '../../src/rocketmq/remoting/codes.ts';
import {ON_PURPOSE, type Probe, type ServerKind} from './probes.ts';

export interface Compared {
  readonly probe: Probe;
  /** What 4.9.1 answered, and what ours answers. */
  readonly theirs: string;
  readonly ours: string;
}

const SERVERS: readonly ServerKind[] = ['namesrv', 'broker'];
const NAMES: Readonly<Record<ServerKind, string>> = {namesrv: 'NameServer', broker: 'broker'};

/** Codes that a broker sends to its clients: no server answers them. */
const TO_CLIENTS: ReadonlySet<number> = new Set([39, 40, 220, 221, 326]);

export function conformanceTable(compared: readonly Compared[]): string {
  const equal = compared.filter(({theirs, ours}) => theirs === ours).length;
  const rows = Object.values(RequestCode).map((code) => {
    const cells = SERVERS.map((server) => cellOf(compared.filter((one) => isOf(one.probe, server, code))));
    const name = `${requestCodeName(code)}${TO_CLIENTS.has(code) ? ' (broker to client)' : ''}`;
    return `| ${code} | ${name} | ${cells.join(' | ')} |`;
  });
  return `# Conformance: what each request code is answered

Not written by hand. \`test/conformance\` sends every request code of RocketMQ 4.9.1 to our NameServer and broker: well-formed,
without each of its fields, and with each of them wrong; ${compared.length} requests. Apache's own 4.9.1 was sent the very same requests, and its
answers were kept (\`test/fixtures/conformance\`). Compared are response code, remark (without the stack frame of an exception),
header fields (names, and values but for offsets and ids) and the shape of the body. ${equal} of ${compared.length} answers agree.

The test fails where this file differs from what our servers answer now; \`npx vitest run test/conformance -u\` writes it anew.

- **as 4.9.1**: all the answers agree, and the code is served.
- **refused, as 4.9.1**: the server does not serve the code, and says so (broker: 3) or stays silent (NameServer) as the real one does.
- **otherwise, n of m**: n of m answers agree; the section below tells how the others differ.
- **not yet**: 4.9.1 serves the code, and ours refuses it even well-formed.

| code | name | NameServer | broker |
| ---: | --- | --- | --- |
${rows.join('\n')}

## Where the answers differ

${SERVERS.map((server) => differences(server, compared)).join('\n\n')}
`;
}

function isOf(probe: Probe, server: ServerKind, code: number): boolean {
  return probe.server === server && probe.code === code;
}

function isRefusal(answer: string): boolean {
  return answer === 'no answer' || /^3 "request type -?\d+ not supported"/.test(answer);
}

function cellOf(answers: readonly Compared[]): string {
  const same = answers.filter(({theirs, ours}) => theirs === ours);
  const [first] = answers;
  if (first === undefined) return 'not asked';
  if (answers.every(({theirs}) => isRefusal(theirs))) {
    return same.length === answers.length ? 'refused, as 4.9.1' : 'otherwise: 4.9.1 refuses it';
  }
  if (isRefusal(first.ours) && !isRefusal(first.theirs)) return 'not yet';
  if (same.length === answers.length) return `as 4.9.1 (${answers.length})`;
  return `otherwise, ${same.length} of ${answers.length}`;
}

/** Why this request is answered otherwise, if that is as it should be. */
export function purposeOf({server, code, variant}: Probe): string | undefined {
  return ON_PURPOSE.get(`${server} ${code} ${variant}`) ?? ON_PURPOSE.get(`${server} ${code}`);
}

/** One item for each pair of answers, with the requests that get them. */
function differences(server: ServerKind, compared: readonly Compared[]): string {
  const groups = new Map<string, string[]>();
  for (const {probe, theirs, ours} of compared) {
    if (probe.server !== server || theirs === ours) continue;
    const purpose = purposeOf(probe);
    const key =
      `${probe.code} ${requestCodeName(probe.code)}\n  - 4.9.1: ${quoted(theirs)}\n  - ours: ${quoted(ours)}` +
      (purpose === undefined ? '' : `\n  - on purpose: ${purpose}`);
    groups.set(key, [...(groups.get(key) ?? []), probe.variant]);
  }
  const items = [...groups].map(([key, variants]) => {
    const [head, ...answers] = key.split('\n');
    return `- ${head}: ${variants.map(quoted).join(', ')}\n${answers.join('\n')}`;
  });
  return `### ${NAMES[server]}\n\n${items.length === 0 ? 'Nowhere.' : items.join('\n')}`;
}

function quoted(text: string): string {
  const line = text.replaceAll('\n', '\\n').replaceAll('`', "'");
  return `\`${line.length > 300 ? `${line.slice(0, 300)}…` : line}\``;
}
