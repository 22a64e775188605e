import type {FileNode, FolderNode} from './file-tree.ts';

/** The journal of ext4 is written this long after the first change that it has not got yet (`commit=5`). */
const COMMIT_INTERVAL_US = 5_000_000;

/** A change to names or sizes, with what it takes to undo it. */
export type MetadataChange =
  | {readonly kind: 'create'; readonly path: string; readonly node: FileNode}
  | {readonly kind: 'make-folder'; readonly path: string}
  | {readonly kind: 'remove'; readonly path: string; readonly node: FileNode | FolderNode}
  | {
      readonly kind: 'rename';
      readonly path: string;
      readonly to: string;
      readonly node: FileNode | FolderNode;
      readonly replaced: FileNode | FolderNode | null;
    }
  | {readonly kind: 'grow'; readonly path: string; readonly node: FileNode; readonly sizeBytes: number};

/**
 * The changes to names and sizes that are not in the journal on disk yet, in order. They get there together: with any sync
 * that has something to write, and at the latest five seconds after the first of them. No event is needed for the latter: it is found
 * out when somebody next looks.
 */
export class MetadataLog {
  #changes: MetadataChange[] = [];
  /** Changes committed so far: the number of the first that is not. */
  #committed = 0;
  #openedUs = 0;

  /** Number of the next change: what comes before it can be committed up to there. */
  get end(): number {
    return this.#committed + this.#changes.length;
  }

  get length(): number {
    return this.#changes.length;
  }

  add(change: MetadataChange, nowUs: number): void {
    if (this.#changes.length === 0) this.#openedUs = nowUs;
    this.#changes.push(change);
  }

  isDue(nowUs: number): boolean {
    return this.#changes.length > 0 && nowUs >= this.#openedUs + COMMIT_INTERVAL_US;
  }

  /** Whether there is something about this file in it. */
  hasChangeOf(node: FileNode): boolean {
    return this.#changes.some((change) => change.kind !== 'make-folder' && change.node === node);
  }

  /** Takes out the changes before number `end`: they are on disk now. */
  commit(end: number, nowUs: number): readonly MetadataChange[] {
    const committed = this.#changes.splice(0, Math.max(0, end - this.#committed));
    this.#committed += committed.length;
    this.#openedUs = nowUs;
    return committed;
  }
}
