import {DiskError} from '../ports/disk.ts';
import {PageFile} from './page-file.ts';

export class FileNode {
  path: string;
  readonly contents = new PageFile();
  modifiedMs: number;
  /** Handles that are open; a removed file's space is free once the last is closed. */
  openCount = 0;
  isLinked = true;

  constructor(path: string, modifiedMs: number) {
    this.path = path;
    this.modifiedMs = modifiedMs;
  }
}

export class FolderNode {
  readonly children = new Map<string, FileNode | FolderNode>();
}

/** The names of one machine's file system. Refusals are those of POSIX. */
export class FileTree {
  readonly #root = new FolderNode();

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

  createFile(path: string, nowMs: number): FileNode {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) throw new DiskError('EISDIR', path, 'open');
    const folder = this.#makeFolders(names, path, 'open');
    const existing = folder.children.get(name);
    if (existing instanceof FolderNode) throw new DiskError('EISDIR', path, 'open');
    if (existing !== undefined) return existing;
    const file = new FileNode(path, nowMs);
    folder.children.set(name, file);
    return file;
  }

  makeFolders(path: string): void {
    this.#makeFolders(namesOf(path), path, 'mkdir');
  }

  #makeFolders(names: readonly string[], path: string, operation: string): FolderNode {
    let folder = this.#root;
    for (const name of names) {
      let child = folder.children.get(name);
      if (child === undefined) {
        child = new FolderNode();
        folder.children.set(name, child);
      } else if (child instanceof FileNode) {
        throw new DiskError('ENOTDIR', path, operation);
      }
      folder = child;
    }
    return folder;
  }

  /** Takes a file or an empty folder out of the tree and answers the file, if it was one. */
  remove(path: string): FileNode | null {
    const node = this.find(path);
    if (node === null || node === this.#root) return null;
    if (node instanceof FolderNode && node.children.size > 0)
      throw new DiskError('ENOTEMPTY', path, 'remove');
    const {folder, name} = this.#parentOf(path, 'remove');
    folder.children.delete(name);
    return node instanceof FileNode ? node : null;
  }

  /** Moves a file or folder; answers the file that was replaced, if there was one. */
  rename(from: string, to: string): FileNode | null {
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
    return replaced instanceof FileNode ? replaced : null;
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
    const paths: string[] = [];
    const visit = (folder: FolderNode): void => {
      for (const child of folder.children.values()) {
        if (child instanceof FileNode) paths.push(child.path);
        else visit(child);
      }
    };
    visit(this.#root);
    return paths.sort();
  }
}

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
  return path.split('/').filter((name) => name !== '');
}
