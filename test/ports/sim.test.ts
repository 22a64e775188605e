import {clockContract} from './clock.contract.ts';
import {cpuContract} from './cpu.contract.ts';
import {diskContract} from './disk.contract.ts';
import {journalContract} from './journal.contract.ts';
import {networkContract} from './network.contract.ts';
import {randomContract} from './random.contract.ts';
import {simFixture} from './sim-fixture.ts';

const NAME = 'the simulator';
clockContract(NAME, simFixture);
networkContract(NAME, simFixture);
diskContract(NAME, simFixture);
randomContract(NAME, simFixture);
cpuContract(NAME, simFixture);
journalContract(NAME, simFixture);
