import {DiskError} from '../ports/disk.ts';
import type {Flaws} from './flaws.ts';
import {PageFile} from './page-file.ts';
import type {PageStock} from './page-stock.ts';

export class FileNode {
  path: string;
  readonly contents: PageFile;
  modifiedMs: number;
  /** Handles that are open; a removed file's space is free once the last is closed. */
  openCount = 0;
  isLinked = true;
  /** Its space has been given back: it has neither a name nor a reader any more. */
  isReclaimed = false;
  /** When the oldest of its dirty pages became so; -1 if it has none. */
  dirtySinceUs = -1;
  /** How often writing it out has failed, and whether anybody has been told of the last time. */
  failures = 0;
  isFailureTold = true;
  /** Sectors of it that are damaged. */
  flaws: Flaws | null = null;

  constructor(path: string, modifiedMs: number, stock: PageStock) {
    this.path = path;
    this.modifiedMs = modifiedMs;
    this.contents = new PageFile(stock);
  }

  /** Its name for the trace, where a name stands for one file only: once it is removed, another may have its path. */
  get tracePath(): string {
    return this.isLinked ? this.path : `${this.path} (deleted)`;
  }
}

export class FolderNode {
  readonly children = new Map<string, FileNode | FolderNode>();
}

/** The names of one machine's file system. Refusals are those of POSIX. */
export class FileTree {
  readonly #root = new FolderNode();
  readonly #stock: PageStock;

  constructor(stock: PageStock) {
    this.#stock = stock;
  }

  find(path: string): FileNode | FolderNode | null {
    let node: FileNode | FolderNode = this.#root;
    for (const name of namesOf(path)) {
      if (!(node instanceof FolderNode)) return null;
      const child = node.children.get(name);
      if (child === undefined) return null;
      node = child;
    }
    return node;
  }

  findFile(path: string, operation: string): FileNode {
    const node = this.find(path);
    if (node === null) throw new DiskError('ENOENT', path, operation);
    if (node instanceof FolderNode) throw new DiskError('EISDIR', path, operation);
    return node;
  }

  /** The file of that name, made if there is none; the folders made on the way are told. */
  createFile(path: string, nowMs: number, madeFolder: (path: string) => void): FileNode {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) throw new DiskError('EISDIR', path, 'open');
    const folder = this.#makeFolders(names, path, 'open', madeFolder);
    const existing = folder.children.get(name);
    if (existing instanceof FolderNode) throw new DiskError('EISDIR', path, 'open');
    if (existing !== undefined) return existing;
    const file = new FileNode(path, nowMs, this.#stock);
    folder.children.set(name, file);
    return file;
  }

  makeFolders(path: string, madeFolder: (path: string) => void): void {
    this.#makeFolders(namesOf(path), path, 'mkdir', madeFolder);
  }

  #makeFolders(
    names: readonly string[],
    path: string,
    operation: string,
    madeFolder: (path: string) => void,
  ): FolderNode {
    let folder = this.#root;
    for (const [depth, name] of names.entries()) {
      let child = folder.children.get(name);
      if (child === undefined) {
        child = new FolderNode();
        folder.children.set(name, child);
        madeFolder(`/${names.slice(0, depth + 1).join('/')}`);
      } else if (child instanceof FileNode) {
        throw new DiskError('ENOTDIR', path, operation);
      }
      folder = child;
    }
    return folder;
  }

  /** Takes a file or an empty folder out of the tree and answers it. */
  remove(path: string): FileNode | FolderNode | null {
    const node = this.find(path);
    if (node === null || node === this.#root) return null;
    if (node instanceof FolderNode && node.children.size > 0)
      throw new DiskError('ENOTEMPTY', path, 'remove');
    const {folder, name} = this.#parentOf(path, 'remove');
    folder.children.delete(name);
    return node;
  }

  /** Puts what `remove` or `rename` took out of the tree back in its place. */
  putBack(path: string, node: FileNode | FolderNode): void {
    const {folder, name} = this.#parentOf(path, 'link');
    folder.children.set(name, node);
    setPaths(node, path);
  }

  /** Moves a file or folder; answers what was replaced: a file, or an empty folder. */
  rename(from: string, to: string): FileNode | FolderNode | null {
    const moved = this.find(from);
    if (moved === null) throw new DiskError('ENOENT', from, 'rename');
    const target = this.#parentOf(to, 'rename');
    const replaced = target.folder.children.get(target.name);
    if (replaced === moved) return null;
    if (replaced instanceof FolderNode) {
      if (moved instanceof FileNode) throw new DiskError('EISDIR', to, 'rename');
      if (replaced.children.size > 0) throw new DiskError('ENOTEMPTY', to, 'rename');
    } else if (replaced !== undefined && moved instanceof FolderNode) {
      throw new DiskError('ENOTDIR', to, 'rename');
    }
    if (moved instanceof FolderNode && to.startsWith(`${from}/`)) throw new DiskError('EIO', to, 'rename');
    const source = this.#parentOf(from, 'rename');
    source.folder.children.delete(source.name);
    target.folder.children.set(target.name, moved);
    setPaths(moved, to);
    return replaced ?? null;
  }

  #parentOf(path: string, operation: string): {folder: FolderNode; name: string} {
    const names = namesOf(path);
    const name = names.pop();
    const folder = this.find(`/${names.join('/')}`);
    if (name === undefined || folder === null) throw new DiskError('ENOENT', path, operation);
    if (folder instanceof FileNode) throw new DiskError('ENOTDIR', path, operation);
    return {folder, name};
  }

  /** Paths of all files, in code-unit order. */
  allPaths(): string[] {
    return this.allFiles().map(({path}) => path);
  }

  /** All files, in code-unit order of their paths. */
  allFiles(): FileNode[] {
    const files: FileNode[] = [];
    addFiles(this.#root, files);
    return files.sort(byPath);
  }
}

function addFiles(folder: FolderNode, files: FileNode[]): void {
  for (const child of folder.children.values()) {
    if (child instanceof FileNode) files.push(child);
    else addFiles(child, files);
  }
}

function byPath(a: FileNode, b: FileNode): number {
  return a.path < b.path ? -1 : 1;
}

/** A file's path is that of its name in the tree. */
function setPaths(node: FileNode | FolderNode, path: string): void {
  if (node instanceof FileNode) {
    node.path = path;
    return;
  }
  for (const [name, child] of node.children) setPaths(child, `${path}/${name}`);
}

/** Names along a path. Doubled and trailing slashes are taken for single ones and none, as POSIX does. */
function namesOf(path: string): string[] {
  if (!path.startsWith('/')) throw new Error(`a path is absolute: ${path}`);
  const names: string[] = [];
  for (let from = 1; from < path.length; ) {
    const slash = path.indexOf('/', from);
    const end = slash === -1 ? path.length : slash;
    if (end > from) names.push(path.slice(from, end));
    from = end + 1;
  }
  return names;
}
