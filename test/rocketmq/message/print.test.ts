import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import type {MessageExt} from '../../../src/rocketmq/message/message.ts';
import {
  printMessageExt,
  printReceivedMessages,
  printSendResult,
} from '../../../src/rocketmq/message/print.ts';

/** What the real client printed in three recorded sessions. */
const lines = gunzipSync(
  readFileSync(new URL('../../fixtures/message/printed-lines.txt.gz', import.meta.url)),
)
  .toString('utf8')
  .trimEnd()
  .split('\n');

test('messages print as the real ones did', () => {
  const printed = lines.filter((line) => line.startsWith('MessageExt '));
  expect(printed.length).toBeGreaterThan(50);
  for (const line of printed) expect(printMessageExt(readMessageExt(line))).toBe(line);
});

test('send results print as the real ones did', () => {
  const printed = lines.filter((line) => line.startsWith('SendResult '));
  expect(printed.length).toBeGreaterThan(50);
  for (const line of printed) {
    const match =
      /^SendResult \[sendStatus=(\w+), msgId=([\w,]+), offsetMsgId=([\w,]+), messageQueue=MessageQueue \[topic=(.+), brokerName=(.+), queueId=(\d+)\], queueOffset=(\d+)\]$/.exec(
        line,
      )!;
    expect(
      printSendResult({
        sendStatus: match[1] as 'SEND_OK',
        msgId: match[2]!,
        offsetMsgId: match[3] === 'null' ? null : match[3]!,
        messageQueue: {topic: match[4]!, brokerName: match[5]!, queueId: Number(match[6])},
        queueOffset: Number(match[7]),
      }),
    ).toBe(line);
  }
});

test('the quickstart consumer names its thread and leaves a blank at the end', () => {
  const line = lines.find((text) => text.startsWith('MessageExt '))!;
  expect(printReceivedMessages('ConsumeMessageThread_3', [readMessageExt(line)])).toBe(
    `ConsumeMessageThread_3 Receive New Messages: [${line}] `,
  );
});

/** Reads a printed message back; its properties sorted from Z to A (UNIQ_KEY came before CLUSTER on the wire, and they share a bucket), so that the printed order is not just handed through. */
function readMessageExt(line: string): MessageExt {
  const pattern =
    /^MessageExt \[brokerName=(.+), queueId=(\d+), storeSize=(\d+), queueOffset=(\d+), sysFlag=(\d+), bornTimestamp=(\d+), bornHost=\/(.+), storeTimestamp=(\d+), storeHost=\/(.+), msgId=(\w+), commitLogOffset=(\d+), bodyCRC=(\d+), reconsumeTimes=(\d+), preparedTransactionOffset=(\d+), toString\(\)=Message\{topic='(.+)', flag=(\d+), properties=\{(.*)\}, body=\[(.*)\], transactionId='(.*)'\}\]$/;
  const field = pattern.exec(line)!;
  const number = (index: number) => Number(field[index]);
  const pairs = field[17]!
    .split(', ')
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as [string, string])
    .sort((a, b) => (a[0] < b[0] ? 1 : -1));
  return {
    brokerName: field[1]!,
    queueId: number(2),
    storeSize: number(3),
    queueOffset: number(4),
    sysFlag: number(5),
    bornTimestampMs: number(6),
    bornHost: field[7]!,
    storeTimestampMs: number(8),
    storeHost: field[9]!,
    msgId: field[10]!,
    commitLogOffset: number(11),
    bodyCrc: number(12),
    reconsumeTimes: number(13),
    preparedTransactionOffset: number(14),
    topic: field[15]!,
    flag: number(16),
    properties: new Map(pairs),
    body: Uint8Array.from(field[18]! === '' ? [] : field[18]!.split(', ').map(Number)),
    transactionId: field[19] === 'null' ? null : field[19]!,
  };
}
