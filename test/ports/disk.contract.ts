import {describe, expect, test} from 'vitest';
import {DiskError, type DiskErrorCode} from '../../src/ports/disk.ts';
import {type MakeFixture, withFixture} from './fixture.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

function codeOf(run: () => unknown): DiskErrorCode | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof DiskError) return error.code;
    throw error;
  }
}

export function diskContract(name: string, make: MakeFixture): void {
  describe(`disk of ${name}`, () => {
    test('what is written can be read at once, anywhere, and short at the end of the file', () =>
      withFixture(make, async ({a, folder}) => {
        const file = a.disk.open(`${folder}/store/commitlog/0`, 'create');
        file.writeAt(0, bytes('hello world'));
        file.writeAt(6, bytes('there'));
        expect(text(file.readAt(0, 100))).toBe('hello there');
        expect(text(file.readAt(6, 3))).toBe('the');
        expect(file.readAt(11, 5).length).toBe(0);
        expect(file.readAt(500, 5).length).toBe(0);
        expect(file.sizeBytes()).toBe(11);
        expect(file.path).toBe(`${folder}/store/commitlog/0`);
      }));

    test('a hole reads as zeros', () =>
      withFixture(make, async ({a, folder}) => {
        const file = a.disk.open(`${folder}/hole`, 'create');
        file.writeAt(300_000, bytes('x'));
        expect(file.sizeBytes()).toBe(300_001);
        expect(file.readAt(0, 300_000).every((byte) => byte === 0)).toBe(true);
        expect(text(file.readAt(300_000, 1))).toBe('x');
      }));

    test('truncate grows with zeros and cuts; what was cut off does not come back', () =>
      withFixture(make, async ({a, folder}) => {
        const file = a.disk.open(`${folder}/file`, 'create');
        file.writeAt(0, bytes('abcdef'));
        file.truncate(3);
        expect(text(file.readAt(0, 10))).toBe('abc');
        file.truncate(6);
        expect([...file.readAt(0, 10)]).toEqual([97, 98, 99, 0, 0, 0]);
        expect(file.sizeBytes()).toBe(6);
      }));

    test('two handles on one file see one file', () =>
      withFixture(make, async ({a, folder}) => {
        const one = a.disk.open(`${folder}/shared`, 'create');
        one.writeAt(0, bytes('first'));
        const two = a.disk.open(`${folder}/shared`, 'create');
        two.writeAt(0, bytes('F'));
        expect(text(one.readAt(0, 5))).toBe('First');
        two.close();
        expect(text(one.readAt(0, 5))).toBe('First');
      }));

    test('sync answers later, with null when all is well', () =>
      withFixture(make, async ({a, folder, until}) => {
        const file = a.disk.open(`${folder}/synced`, 'create');
        file.writeAt(0, bytes('durable'));
        const answers: unknown[] = [];
        file.sync((failure) => answers.push(failure));
        file.sync((failure) => answers.push(failure));
        expect(answers).toEqual([]);
        await until(() => answers.length === 2);
        expect(answers).toEqual([null, null]);
      }));

    test('folders are made on the way, listed in code-unit order, and removed only when empty', () =>
      withFixture(make, async ({a, folder}) => {
        const {disk} = a;
        for (const path of ['b/2', 'b/10', 'b/Z', 'b/é', 'a'])
          disk.open(`${folder}/${path}`, 'create').close();
        disk.makeFolders(`${folder}/b/deep/er`);
        expect(disk.list(`${folder}/b`)).toEqual(['10', '2', 'Z', 'deep', 'é']);
        expect(disk.list(`${folder}/nowhere`)).toEqual([]);
        expect(disk.isFolder(`${folder}/b/deep/er`)).toBe(true);
        expect(disk.isFolder(`${folder}/a`)).toBe(false);
        expect(disk.exists(`${folder}/a`)).toBe(true);
        expect(disk.exists(`${folder}/c`)).toBe(false);
        expect(codeOf(() => disk.remove(`${folder}/b`))).toBe('ENOTEMPTY');
        disk.remove(`${folder}/b/deep/er`);
        expect(disk.exists(`${folder}/b/deep/er`)).toBe(false);
        disk.remove(`${folder}/b/deep/er`);
      }));

    test('rename replaces its target in one step', () =>
      withFixture(make, async ({a, folder}) => {
        const {disk} = a;
        disk.open(`${folder}/topics.json.tmp`, 'create').writeAt(0, bytes('new'));
        disk.open(`${folder}/topics.json`, 'create').writeAt(0, bytes('older'));
        disk.rename(`${folder}/topics.json.tmp`, `${folder}/topics.json`);
        expect(disk.list(folder)).toEqual(['topics.json']);
        expect(text(disk.open(`${folder}/topics.json`, 'existing').readAt(0, 9))).toBe('new');
      }));

    test('a removed file is gone by its name', () =>
      withFixture(make, async ({a, folder}) => {
        const file = a.disk.open(`${folder}/gone`, 'create');
        file.writeAt(0, bytes('old'));
        file.close();
        a.disk.remove(`${folder}/gone`);
        expect(a.disk.exists(`${folder}/gone`)).toBe(false);
        expect(a.disk.open(`${folder}/gone`, 'create').sizeBytes()).toBe(0);
      }));

    test('who has a removed file open reads and writes on; a new file of its name is another', () =>
      withFixture(make, async ({a, folder, until}) => {
        const path = `${folder}/removed`;
        const old = a.disk.open(path, 'create');
        old.writeAt(0, bytes('old'));
        a.disk.remove(path);
        const fresh = a.disk.open(path, 'create');
        expect(fresh.sizeBytes()).toBe(0);
        old.writeAt(3, bytes(' still'));
        fresh.writeAt(0, bytes('new'));
        const answers: unknown[] = [];
        old.sync((failure) => answers.push(failure));
        fresh.sync((failure) => answers.push(failure));
        await until(() => answers.length === 2);
        expect(answers).toEqual([null, null]);
        expect([text(old.readAt(0, 20)), text(fresh.readAt(0, 20))]).toEqual(['old still', 'new']);
        old.close();
        expect(text(fresh.readAt(0, 20))).toBe('new');
      }));

    test('what is written while a sync is under way is there, and the next sync is for it', () =>
      withFixture(make, async ({a, folder, until}) => {
        const file = a.disk.open(`${folder}/busy`, 'create');
        const answers: unknown[] = [];
        file.writeAt(0, bytes('first'));
        file.sync((failure) => answers.push(failure));
        file.writeAt(0, bytes('F'));
        file.writeAt(5, bytes(' second'));
        expect(text(file.readAt(0, 20))).toBe('First second');
        file.sync((failure) => answers.push(failure));
        await until(() => answers.length === 2);
        expect(answers).toEqual([null, null]);
        expect(text(file.readAt(0, 20))).toBe('First second');
      }));

    test('a renamed file is read and written on by who has it open, under its new name', () =>
      withFixture(make, async ({a, folder, until}) => {
        const file = a.disk.open(`${folder}/before`, 'create');
        file.writeAt(0, bytes('one'));
        a.disk.rename(`${folder}/before`, `${folder}/after`);
        file.writeAt(3, bytes(' two'));
        let answer: unknown = 'none';
        file.sync((failure) => {
          answer = failure;
        });
        await until(() => answer !== 'none');
        expect(answer).toBeNull();
        expect(text(a.disk.open(`${folder}/after`, 'existing').readAt(0, 20))).toBe('one two');
        expect(a.disk.exists(`${folder}/before`)).toBe(false);
      }));

    test('what cannot be done is refused with POSIX names', () =>
      withFixture(make, async ({a, folder}) => {
        const {disk} = a;
        disk.open(`${folder}/file`, 'create').close();
        expect(codeOf(() => disk.open(`${folder}/none`, 'existing'))).toBe('ENOENT');
        expect(codeOf(() => disk.open(folder, 'existing'))).toBe('EISDIR');
        expect(codeOf(() => disk.open(`${folder}/file/x`, 'create'))).toBe('ENOTDIR');
        expect(codeOf(() => disk.rename(`${folder}/none`, `${folder}/b`))).toBe('ENOENT');
        expect(codeOf(() => disk.modifiedMs(`${folder}/none`))).toBe('ENOENT');
      }));

    test('a file knows when it was last written', () =>
      withFixture(make, async ({a, folder, pass}) => {
        const file = a.disk.open(`${folder}/dated`, 'create');
        const made = a.disk.modifiedMs(`${folder}/dated`);
        await pass(50);
        file.writeAt(0, bytes('x'));
        // Systems date files by a clock that ticks every ten milliseconds at worst.
        expect(a.disk.modifiedMs(`${folder}/dated`) - made).toBeGreaterThanOrEqual(25);
      }));

    test('free space is no more than there is in all', () =>
      withFixture(make, async ({a}) => {
        expect(a.disk.freeBytes()).toBeGreaterThan(0);
        expect(a.disk.freeBytes()).toBeLessThanOrEqual(a.disk.totalBytes());
      }));
  });
}
