import {readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {DiskError} from '../../src/ports/disk.ts';
import {withFixture} from '../ports/fixture.ts';
import {hostFixture} from './host-fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('files of a real host', () => {
  test('what is written is in the file, for every program of the machine, before the next event', () =>
    withFixture(hostFixture, async ({a, folder, until}) => {
      const file = a.disk.open(`${folder}/log`, 'create');
      file.writeAt(0, bytes('hello'));
      file.writeAt(5, bytes(' world'));
      let seen = '';
      setImmediate(() => (seen = readFileSync(`${folder}/log`, 'utf8')));
      await until(() => seen !== '');
      expect(seen).toBe('hello world');
    }));

  test('a file of a gibibyte costs what is written to it', () =>
    withFixture(hostFixture, async ({a, folder}) => {
      const file = a.disk.open(`${folder}/00000000000000000000`, 'create');
      file.truncate(2 ** 30);
      file.writeAt(2 ** 30 - 4, bytes('last'));
      expect(file.sizeBytes()).toBe(2 ** 30);
      expect(new TextDecoder().decode(file.readAt(2 ** 30 - 4, 10))).toBe('last');
      expect(statSync(file.path).blocks * 512).toBeLessThan(2 ** 20);
    }));

  test('a file that is renamed or removed while it is open stays the one that is open', () =>
    withFixture(hostFixture, async ({a, folder}) => {
      const {disk} = a;
      const first = disk.open(`${folder}/a`, 'create');
      first.writeAt(0, bytes('first'));
      const second = disk.open(`${folder}/b`, 'create');
      second.writeAt(0, bytes('second'));
      disk.rename(`${folder}/a`, `${folder}/b`);
      expect(first.path).toBe(`${folder}/b`);
      expect(new TextDecoder().decode(second.readAt(0, 10))).toBe('second');
      expect(new TextDecoder().decode(disk.open(`${folder}/b`, 'existing').readAt(0, 10))).toBe('first');
      disk.remove(`${folder}/b`);
      expect(new TextDecoder().decode(first.readAt(0, 10))).toBe('first');
      expect(disk.open(`${folder}/b`, 'create').sizeBytes()).toBe(0);
    }));

  test('a sync that is under way is answered although the file is closed', () =>
    withFixture(hostFixture, async ({a, folder, until}) => {
      const answers: unknown[] = [];
      for (let i = 0; i < 20; i++) {
        const file = a.disk.open(`${folder}/deep/${i}`, 'create');
        file.writeAt(0, bytes('x'));
        file.sync((failure) => answers.push(failure));
        file.close();
      }
      await until(() => answers.length === 20);
      expect(answers.every((answer) => answer === null)).toBe(true);
    }));

  test('refusals of the operating system come in the words of the port, with its own beside them', () =>
    withFixture(hostFixture, async ({a, folder}) => {
      symlinkSync('loop', `${folder}/loop`);
      writeFileSync(`${folder}/file`, '');
      const refusalOf = (run: () => unknown): string => {
        try {
          run();
        } catch (error) {
          if (error instanceof DiskError) return `${error.code} ${error.message.replace(folder, '')}`;
        }
        return 'none';
      };
      expect(refusalOf(() => a.disk.open(`${folder}/loop`, 'create'))).toBe('EIO EIO: open (ELOOP) /loop');
      expect(refusalOf(() => a.disk.makeFolders(`${folder}/file/x`))).toBe('ENOTDIR ENOTDIR: mkdir /file/x');
      const closed = a.disk.open(`${folder}/file`, 'existing');
      closed.close();
      expect(refusalOf(() => closed.writeAt(0, bytes('x')))).toBe('EIO EIO: write /file');
      expect(() => a.disk.open('relative', 'create')).toThrow('a path is absolute: relative');
    }));
});
