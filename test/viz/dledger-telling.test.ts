import {describe, expect, test} from 'vitest';
import {type Importance, importanceOf} from '../../src/lab/narration/importance.ts';
import {narrate} from '../../src/lab/narration/narrate.ts';
import type {DLedgerFact} from '../../src/rocketmq/facts/dledger.ts';
import type {EntryOf} from '../../src/sim/trace.ts';
import {entryFields} from '../../src/viz/inspector/entry-fields.ts';
import {isStop} from '../../src/viz/session/playhead.ts';
import {factOf} from '../../src/viz/stage/fact-of-entry.ts';
import {memberNote} from '../../src/viz/stage/member-note.ts';
import {noteLevel} from '../../src/viz/stage/note-level.ts';
import {textWidth} from '../../src/viz/stage/text-metrics.ts';
import {play} from '../stories/dledger/ledger-story.ts';

type Kind = DLedgerFact['kind'];

/** How much each fact of DLedger matters, least and most, to who follows the story. */
const IMPORTANCE: Readonly<Record<Kind, readonly [least: Importance, most: Importance]>> = {
  'dledger-recovered': [1, 2],
  'dledger-role-changed': [2, 3],
  'dledger-term-changed': [1, 1],
  'dledger-votes-requested': [2, 2],
  'dledger-vote-answered': [2, 2],
  'dledger-vote-round-ended': [2, 2],
  'dledger-heartbeat-missed': [2, 2],
  'dledger-leader-lost': [3, 3],
  'dledger-appended': [0, 1],
  'dledger-acknowledged': [1, 1],
  'dledger-committed': [1, 1],
  'dledger-push-state': [2, 2],
  'dledger-compared': [2, 2],
  'dledger-truncated': [3, 3],
  'dledger-append-refused': [2, 2],
  'dledger-append-failed': [2, 2],
  'dledger-transfer': [2, 2],
  'dledger-thread-blocked': [2, 2],
  'dledger-cut-refused': [2, 2],
  'dledger-trimmed': [2, 2],
};
/** As wide as the last line of a member's card in a group of three, in px. */
const CARD_LINE_PX = 206;

describe('what a DLedger group does, entry by entry', () => {
  // Between them they have all that a group can report.
  const stories = [
    play('leader-cut-off-with-producer'),
    play('s11-network-threads-stuck'),
    play('s06-committed-above-end', {fixes: ['keep-committed']}),
    play('deleted-uncommitted'),
  ];
  const facts = stories.flatMap(({store, index}) =>
    store.entries
      .filter((entry): entry is EntryOf<'fact'> => entry.kind === 'fact' && entry.fact.kind in IMPORTANCE)
      .map((entry) => ({entry, index, kind: entry.fact.kind as Kind})),
  );

  test('everything that a group can report happens in these stories', () => {
    const seen = new Set(facts.map(({kind}) => kind));
    expect([...seen].sort()).toEqual(Object.keys(IMPORTANCE).sort());
  });

  test('each fact is a stop of single steps, with a sentence in both languages', () => {
    for (const {entry, index} of facts) {
      expect(isStop(entry)).toBe(true);
      const en = narrate(entry, 'en', index);
      const zh = narrate(entry, 'zh-CN', index);
      expect(en).toMatch(/^\S[^\n]*\.$/);
      expect(zh).toMatch(/^\S[^\n]*。$/);
      expect(`${en} ${zh}`).not.toMatch(/undefined|NaN|null|\[object/);
      expect(en).not.toMatch(/[\u4e00-\u9fff]/);
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test('a refusal, a commit and a cut are told with their reason', () => {
    const told = (kind: Kind): string[] =>
      facts.filter((fact) => fact.kind === kind).map(({entry, index}) => narrate(entry, 'en', index)!);
    for (const sentence of told('dledger-vote-answered'))
      expect(sentence).toMatch(/ votes for n\d in term \d+\.$| \(REJECT_[A-Z_]+\): \S.*\.$/);
    const reasons = new Set(told('dledger-committed').map((sentence) => /: (.*)\.$/.exec(sentence)?.[1]));
    expect(reasons).toEqual(new Set(['a majority has it', 'its leader says so']));
    expect(told('dledger-truncated').filter((sentence) => sentence.includes('cuts its log'))).toEqual([
      'n0 cuts its log at the word of n2: it ended at entry 30 and ends at 9 now.',
      'n2 cuts its log at the word of n0: it ended at entry 4 and ends at 39 now.',
    ]);
  });

  test('what turns the story matters most, the daily work least', () => {
    const seen = new Map<Kind, Importance[]>();
    for (const {entry, index, kind} of facts)
      seen.set(kind, [...(seen.get(kind) ?? []), importanceOf(entry, index)].slice(-500));
    for (const [kind, weights] of seen) {
      const [least, most] = IMPORTANCE[kind];
      expect([Math.min(...weights) >= least, Math.max(...weights) <= most], kind).toEqual([true, true]);
      if (kind !== 'dledger-recovered')
        expect([Math.min(...weights), Math.max(...weights)], kind).toEqual([least, most]);
    }
    const leads = facts.filter(({entry}) => entry.fact.kind === 'dledger-role-changed');
    for (const {entry, index} of leads) {
      const isLeader = factOf(entry)!['role'] === 'LEADER';
      expect(importanceOf(entry, index)).toBe(isLeader ? 3 : 2);
    }
  });

  test('each has a few words on the card of its member, and they fit on it', () => {
    for (const {entry, kind} of facts) {
      expect(noteLevel(entry), kind).toBeGreaterThan(0);
      for (const zh of [false, true]) {
        const note = memberNote(factOf(entry)!, zh);
        expect(note, kind).not.toBe('');
        expect(note).not.toMatch(/undefined|NaN|null|-1/);
        if (kind !== 'dledger-vote-answered') expect(textWidth(note, 12), note).toBeLessThan(CARD_LINE_PX);
      }
    }
  });

  test("an entry's fields are those of DLedger, of the member that reports", () => {
    const cut = facts.find(({entry}) => entry.fact.kind === 'dledger-truncated' && entry.process === 'n0')!;
    expect(entryFields(cut.entry)).toEqual([
      ['process', 'n0'],
      ['kind', 'dledger-truncated'],
      ['group', 'RaftNode00'],
      ['selfId', 'n0'],
      ['leaderId', 'n2'],
      ['term', '1'],
      ['fromEndIndex', '30'],
      ['endIndex', '9'],
      ['entryTerm', '0'],
      ['pos', expect.stringMatching(/^\d+$/)],
      ['sizeBytes', expect.stringMatching(/^\d+$/)],
      ['bodyCrc', expect.stringMatching(/^-?\d+$/)],
      ['wasThere', 'true'],
      ['committedIndex', '9'],
    ]);
    for (const {entry} of facts) {
      const fields = entryFields(entry);
      expect(fields[0]).toEqual(['process', entry.process]);
      expect(fields.map(([, value]) => value).join()).not.toMatch(/undefined|\[object/);
    }
  });
});
