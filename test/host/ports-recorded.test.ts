import {clockContract} from '../ports/clock.contract.ts';
import {cpuContract} from '../ports/cpu.contract.ts';
import {diskContract} from '../ports/disk.contract.ts';
import {journalContract} from '../ports/journal.contract.ts';
import {networkContract} from '../ports/network.contract.ts';
import {recordedHostFixture} from './host-fixture.ts';

// A program sees no difference, recorded or not.
const NAME = 'a real host that is recorded';
clockContract(NAME, recordedHostFixture);
networkContract(NAME, recordedHostFixture);
diskContract(NAME, recordedHostFixture);
cpuContract(NAME, recordedHostFixture);
journalContract(NAME, recordedHostFixture);
