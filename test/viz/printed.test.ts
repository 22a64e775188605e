import {expect, test} from 'vitest';
import type {TraceStore} from '../../src/lab/trace-store.ts';
import {printedLine} from '../../src/viz/session/printed.ts';

test('a warning of several lines is one row of the log', () => {
  const text = 'MQBrokerException: CODE: 1  DESC: no\nFor more information, please visit the url';
  const entry = {id: 7, atUs: 9, cause: 0, kind: 'fact', process: 'accounts', fact: {kind: 'warned', text}};
  const store = {entry: () => entry} as unknown as TraceStore;
  expect(printedLine(store, 7)).toEqual({
    entryId: 7,
    atUs: 9,
    process: 'accounts',
    text: 'MQBrokerException: CODE: 1  DESC: no For more information, please visit the url',
    isWarning: true,
  });
});
