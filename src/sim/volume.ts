import {FileNode, FileTree, type FolderNode} from './file-tree.ts';
import {type MetadataChange, MetadataLog} from './metadata-log.ts';
import {PageStock} from './page-stock.ts';

/**
 * The file system on one disk: names, files, the space that they take, and which of its changes are in its journal. It goes with
 * its disk: who has a file of it open keeps hold of it, and of nothing else.
 */
export class Volume {
  readonly stock = new PageStock();
  readonly tree = new FileTree(this.stock);
  readonly log = new MetadataLog();
  usedBytes = 0;
  /** Nothing can be written any more, or nothing can be done at all. */
  trouble: 'read-only' | 'gone' | null = null;

  createFile(path: string, nowMs: number, nowUs: number): FileNode {
    const known = this.tree.find(path);
    const node = this.tree.createFile(path, nowMs, this.#madeFolder(nowUs));
    if (known === null) this.log.add({kind: 'create', path, node}, nowUs);
    return node;
  }

  makeFolders(path: string, nowUs: number): void {
    this.tree.makeFolders(path, this.#madeFolder(nowUs));
  }

  #madeFolder(nowUs: number): (path: string) => void {
    return (path) => this.log.add({kind: 'make-folder', path}, nowUs);
  }

  /** Answers what lost its name. */
  remove(path: string, nowUs: number): FileNode | FolderNode | null {
    const node = this.tree.remove(path);
    if (node !== null) this.log.add({kind: 'remove', path, node}, nowUs);
    return node;
  }

  rename(path: string, to: string, nowUs: number): FileNode | FolderNode | null {
    const node = this.tree.find(path);
    const replaced = this.tree.rename(path, to);
    if (node !== null && path !== to) this.log.add({kind: 'rename', path, to, node, replaced}, nowUs);
    return replaced;
  }

  truncate(node: FileNode, sizeBytes: number, nowUs: number): void {
    const {contents} = node;
    const before = contents.allocatedBytes;
    const isGrowing = sizeBytes > contents.sizeBytes;
    contents.truncate(sizeBytes);
    if (!node.isReclaimed) this.usedBytes -= before - contents.allocatedBytes;
    if (isGrowing && node.isLinked) this.log.add({kind: 'grow', path: node.path, node, sizeBytes}, nowUs);
  }

  /** Gives back the space of a file that has neither a name nor a reader any more. Its contents stay, for a removal undone. */
  reclaim(node: FileNode): void {
    if (node.isLinked || node.openCount > 0 || node.isReclaimed) return;
    node.isReclaimed = true;
    this.usedBytes -= node.contents.allocatedBytes;
    node.contents.abandon();
  }

  /** The changes before number `end` of the log are on disk. */
  commit(end: number, nowUs: number): void {
    for (const change of this.log.commit(end, nowUs)) {
      if (change.kind !== 'grow') continue;
      const {contents} = change.node;
      const sizeBytes = Math.min(change.sizeBytes, contents.sizeBytes);
      contents.durableSizeBytes = Math.max(contents.durableSizeBytes, sizeBytes);
    }
  }

  /**
   * Power goes: of the changes that are in no journal the first `kept` are kept and the rest undone, from the latest back.
   * Answers what was undone, in that order.
   */
  undo(kept: number, nowUs: number): readonly MetadataChange[] {
    this.commit(this.log.end - this.log.length + kept, nowUs);
    const undone = [...this.log.commit(this.log.end, nowUs)].reverse();
    for (const change of undone) this.#undo(change);
    return undone;
  }

  #undo(change: MetadataChange): void {
    switch (change.kind) {
      case 'create':
      case 'make-folder':
        this.tree.remove(change.path);
        return;
      case 'remove':
        this.#putBack(change.path, change.node);
        return;
      case 'rename':
        this.tree.rename(change.to, change.path);
        if (change.replaced !== null) this.#putBack(change.to, change.replaced);
        return;
      case 'grow':
        return; // Only commits make a file grow on disk.
    }
  }

  #putBack(path: string, node: FileNode | FolderNode): void {
    this.tree.putBack(path, node);
    if (node instanceof FileNode) node.isLinked = true;
  }
}
