import type {Host} from '../../ports/host.ts';
import {encodeUtf8} from '../message/utf8.ts';

/**
 * The two files by which a store folder tells whether somebody has it: `lock`, and `abort`, which is there from the end of a
 * start to the end of a stop in order. The ports have no file locks, so `lock` keeps nobody out.
 * Source: RocketMQ 4.9.1 `DefaultMessageStore#start`, `#createTempFile`.
 */
export class StoreMarks {
  private readonly host: Host;
  private readonly lockPath: string;
  private readonly abortPath: string;

  constructor(host: Host, rootFolder: string) {
    this.host = host;
    this.lockPath = `${rootFolder}/lock`;
    this.abortPath = `${rootFolder}/abort`;
  }

  get wasStoppedInOrder(): boolean {
    return !this.host.disk.exists(this.abortPath);
  }

  /** Made when the store is loaded and written when it starts; a disk that does not allow it ends everything there. */
  makeLock(): void {
    this.host.disk.open(this.lockPath, 'create').close();
  }

  writeLock(): void {
    const file = this.host.disk.open(this.lockPath, 'create');
    file.writeAt(0, encodeUtf8('lock'));
    file.sync(() => file.close());
  }

  /** What is there already, be it a folder, is as good. */
  makeAbort(): void {
    const {disk} = this.host;
    if (!disk.exists(this.abortPath)) disk.open(this.abortPath, 'create').close();
  }

  removeAbort(): void {
    this.host.disk.remove(this.abortPath);
  }
}
