import {describe, expect, test} from 'vitest';
import {parseBrokerConf} from '../../../src/rocketmq/broker/broker-conf.ts';
import {subscriptionGroupConfig} from '../../../src/rocketmq/broker/subscription-group-manager.ts';
import {DLEDGER_FIXES} from '../../../src/rocketmq/dledger/fixes.ts';
import {encodeSubscriptionGroupConfig} from '../../../src/rocketmq/remoting/bodies/subscription-group.ts';
import {RequestCode} from '../../../src/rocketmq/remoting/codes.ts';
import {request} from '../../../src/rocketmq/remoting/command.ts';
import {LAB_FIXES} from '../../../src/rocketmq/store/lab-fixes.ts';
import {BrokerWorld, type Wire} from './broker-world.ts';
import {bodies, heartbeat, pull, send} from './requests.ts';

const SLAVE = 'brokerRole=SLAVE\nbrokerId=1';

function ask(world: BrokerWorld, wire: Wire, command: ReturnType<typeof request>) {
  const opaque = wire.send(command);
  world.runMs(20);
  return wire.answerTo(opaque);
}

describe('who a broker is', () => {
  test.each([0, -1])('a slave with brokerId %i prints why and exits with -3', (brokerId) => {
    const {problems} = parseBrokerConf(`brokerRole=SLAVE\nbrokerId=${brokerId}`);
    expect(problems.map(({severity, message}) => [severity, message])).toEqual([
      ['error', "Slave's brokerId must be > 0"],
    ]);
    const world = new BrokerWorld({conf: `brokerRole=SLAVE\nbrokerId=${brokerId}`, lenient: true});
    expect(world.endings('broker-a')).toEqual(["exited: Slave's brokerId must be > 0 (exit code -3)"]);
    expect(world.printed()).toEqual(["Slave's brokerId must be > 0"]);
  });

  test('a master is number 0, whatever its file says', () => {
    const world = new BrokerWorld({conf: 'brokerRole=SYNC_MASTER\nbrokerId=7'});
    expect(world.facts(['broker-registered'], 'namesrv-1')[0]?.brokerId).toBe(0);
  });

  test('every role listens for slaves one port above its own; without that port none starts', () => {
    for (const conf of ['', 'brokerRole=SYNC_MASTER', SLAVE]) {
      const world = new BrokerWorld({address: '10.0.0.1', conf});
      const listening = world.world.trace.entries.flatMap((entry) =>
        entry.kind === 'listening' && entry.process === 'broker-a' ? [entry.port] : [],
      );
      expect(listening).toEqual([10_912, 10_911, 10_909]);
      world.world.intervene({kind: 'kill', process: 'broker-a'});
      world.probe.network.listen(10_912, () => ({data() {}, closed() {}}));
      world.world.intervene({kind: 'start', process: 'broker-a'});
      world.runMs(5000);
      expect(world.endings('broker-a')[1]).toBe('exited: EADDRINUSE: port 10912 (exit code -1)');
    }
  });
});

describe('a slave', () => {
  test('refuses what would be stored, and says so as 4.9.1 does', () => {
    const world = new BrokerWorld({conf: SLAVE});
    const wire = world.connect();
    expect(ask(world, wire, send('TBW102', 0, 'text'))).toMatchObject({
      code: 14,
      remark:
        'service not available now. It may be caused by one of the following reasons: ' +
        "the broker's disk is full [CL:  0.00 CQ:  0.00 INDEX:  0.00], messages are put to the slave, message store has been shut down, etc.",
    });
    const commit = request(RequestCode.END_TRANSACTION, {
      producerGroup: 'PG',
      tranStateTableOffset: '0',
      commitLogOffset: '0',
      commitOrRollback: '8',
    });
    expect(ask(world, wire, commit)?.code).toBe(11);
  });

  test('takes offsets from consumers and writes them to its file, but not those that come with a pull', () => {
    const world = new BrokerWorld({conf: SLAVE});
    const wire = world.connect();
    ask(world, wire, heartbeat('c1', ['CG'], ['TBW102']));
    wire.ask(RequestCode.UPDATE_CONSUMER_OFFSET, {
      consumerGroup: 'CG',
      topic: 'T',
      queueId: '0',
      commitOffset: '42',
    });
    expect(world.facts(['offset-committed'])).toMatchObject([{group: 'CG', topic: 'T', queueOffset: 42}]);
    ask(world, wire, pull('TBW102', 0, 0, {sysFlag: '5', commitOffset: '7'}));
    expect(world.facts(['offset-committed']).length).toBe(1);
    world.runMs(11_000);
    expect(world.readText('/root/store/config/consumerOffset.json')).toContain('42');
  });
});

describe('where a pull is told to go next', () => {
  const suggested = (conf: string, group = {}): string | undefined => {
    const world = new BrokerWorld({conf});
    const wire = world.connect();
    const body = encodeSubscriptionGroupConfig({...subscriptionGroupConfig('CG'), ...group});
    wire.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, null, body);
    for (const text of ['m0', 'm1']) ask(world, wire, send('T', 0, text));
    const answer = ask(world, wire, pull('T', 0, 0, {maxMsgNums: '1'}));
    expect(bodies(answer)).toEqual(['m0']);
    return answer?.extFields?.['suggestWhichBrokerId'];
  };
  /** Nothing of the log counts as being in memory. */
  const SLOW = 'accessMessageInMemoryMaxRatio=0';

  test('to the master, unless slaves may be read from', () => {
    expect(suggested('')).toBe('0');
    expect(suggested(SLOW)).toBe('0');
  });

  test('to the slave that its group names, where it is slow; to the broker that its group names, where it is not', () => {
    expect(suggested(`slaveReadEnable=true\n${SLOW}`)).toBe('1');
    expect(suggested(`slaveReadEnable=true\n${SLOW}`, {whichBrokerWhenConsumeSlowly: 3})).toBe('3');
    expect(suggested('slaveReadEnable=true', {brokerId: 2})).toBe('2');
  });
});

describe('lab.fix', () => {
  test('names what is put right, any number of things', () => {
    const {config, problems} = parseBrokerConf('lab.fix = slave-offset-checked, replica-deadline-from-put');
    expect([[...config.labFixes], problems]).toEqual([
      ['slave-offset-checked', 'replica-deadline-from-put'],
      [],
    ]);
    expect([...parseBrokerConf('').config.labFixes]).toEqual([]);
    expect([...parseBrokerConf('lab.fix=').config.labFixes]).toEqual([]);
  });

  test('a name that is none is told, with those that are', () => {
    const {problems} = parseBrokerConf('brokerName=a\nlab.fix=slave-offset-checked,everything');
    expect(problems).toEqual([
      {
        line: 2,
        column: 9,
        severity: 'error',
        message: `lab.fix: found "everything", expected one of ${Object.keys({...LAB_FIXES, ...DLEDGER_FIXES}).join(', ')}`,
      },
    ]);
  });
});
