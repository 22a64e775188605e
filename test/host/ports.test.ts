import {clockContract} from '../ports/clock.contract.ts';
import {cpuContract} from '../ports/cpu.contract.ts';
import {diskContract} from '../ports/disk.contract.ts';
import {journalContract} from '../ports/journal.contract.ts';
import {networkContract} from '../ports/network.contract.ts';
import {randomContract} from '../ports/random.contract.ts';
import {hostFixture} from './host-fixture.ts';

const NAME = 'a real host';
clockContract(NAME, hostFixture);
networkContract(NAME, hostFixture);
diskContract(NAME, hostFixture);
randomContract(NAME, hostFixture);
cpuContract(NAME, hostFixture);
journalContract(NAME, hostFixture);
