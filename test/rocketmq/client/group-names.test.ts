import {expect, test} from 'vitest';
import {checkGroup} from '../../../src/rocketmq/client/validators.ts';

test.each(['../../x', '/tmp/x', 'a/b', '..', 'x\u0000y'])(
  'a group called %j, whose offsets a broadcasting consumer would keep under that path, does not start',
  (group) => {
    expect(checkGroup(group)?.message).toMatch(/contains illegal characters/);
  },
);
