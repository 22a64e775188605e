import {DLEDGER_FIXES} from '../../rocketmq/dledger/fixes.ts';
import {LAB_FIXES} from '../../rocketmq/store/lab-fixes.ts';
import {DISK_PRESETS, NETWORK_PRESETS} from '../../sim/presets.ts';
import type {VariedKey} from './vary.ts';

/** What people compare most: offered by the page; any other key of broker.conf can be written by hand. */
export const COMPARE_CHOICES: readonly VariedKey[] = [
  {key: 'brokerRole', values: ['SYNC_MASTER', 'ASYNC_MASTER']},
  {key: 'flushDiskType', values: ['SYNC_FLUSH', 'ASYNC_FLUSH']},
  {key: 'network', values: Object.keys(NETWORK_PRESETS)},
  {key: 'disk', values: Object.keys(DISK_PRESETS)},
  {key: 'transientStorePoolEnable', values: ['true', 'false']},
  {key: 'lab.fix', values: Object.keys({...LAB_FIXES, ...DLEDGER_FIXES}).sort()},
];
