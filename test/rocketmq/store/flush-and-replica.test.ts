import {expect, test} from 'vitest';
import {FlushAndReplica} from '../../../src/rocketmq/store/flush-and-replica.ts';

test.each([
  ['PUT_OK', 'PUT_OK', 'PUT_OK'],
  ['FLUSH_DISK_TIMEOUT', 'PUT_OK', 'FLUSH_DISK_TIMEOUT'],
  ['PUT_OK', 'SLAVE_NOT_AVAILABLE', 'SLAVE_NOT_AVAILABLE'],
  ['FLUSH_DISK_TIMEOUT', 'FLUSH_SLAVE_TIMEOUT', 'FLUSH_SLAVE_TIMEOUT'],
] as const)(
  'flush %s, replica %s: the put is answered %s once both are there, in either order',
  (flush, replica, status) => {
    for (const flushFirst of [true, false]) {
      const told: string[] = [];
      const both = new FlushAndReplica((answer) => told.push(answer));
      const steps = [() => both.flushed(flush), () => both.replicated(replica)];
      const [first, second] = flushFirst ? steps : steps.reverse();
      first!();
      expect(told).toEqual([]);
      second!();
      expect(told).toEqual([status]);
    }
  },
);
