import {readdir, readFile, readlink} from 'node:fs/promises';

/** Connections that wait to be looked up. Beyond this many, nobody would look at each. */
const WAITING_MAX = 256;
/** Those of one turn of the event loop are looked up together; a tool may be gone in the next moment. */
const PATIENCE_MS = 0;

type Found = (pid: number, command: string) => void;

interface Wanted {
  /** As `/proc/net/tcp` has it: the far side's own address first. */
  readonly key: string;
  readonly found: Found;
}

/**
 * Tells which process of this machine holds the far side of a connection, as `ss -p` does: by its socket in `/proc`. It answers later,
 * or never: for a peer on another machine, one that is gone already, one of another user, or where there is no `/proc`.
 */
export class FarProcesses {
  #waiting: Wanted[] = [];
  #isLooking = false;
  /** Where sockets were found last: the same programs connect again. */
  readonly #known = new Set<number>();

  find(nearAddress: string, farAddress: string, found: Found): void {
    if (process.platform !== 'linux' || this.#waiting.length >= WAITING_MAX) return;
    if (hostOf(nearAddress) !== hostOf(farAddress) && !farAddress.startsWith('127.')) return;
    this.#waiting.push({key: `${hexOf(farAddress)} ${hexOf(nearAddress)}`, found});
    if (this.#isLooking) return;
    this.#isLooking = true;
    setTimeout(() => void this.#look(), PATIENCE_MS).unref();
  }

  async #look(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#lookFor(this.#waiting.splice(0));
    } catch {
      // No such table here, or no leave to read it: nobody is told anything.
      this.#waiting = [];
    }
    this.#isLooking = false;
  }

  async #lookFor(wanted: readonly Wanted[]): Promise<void> {
    const inodes = inodesOf(await readFile('/proc/net/tcp', 'latin1'));
    // Java's sockets are of the sixth version, whatever they are used for.
    const others = await readFile('/proc/net/tcp6', 'latin1').catch(() => '');
    for (const [key, inode] of inodesOf(others)) inodes.set(key, inode);
    const bySocket = new Map<string, Wanted>();
    for (const one of wanted) {
      const inode = inodes.get(one.key);
      if (inode !== undefined) bySocket.set(`socket:[${inode}]`, one);
    }
    const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const pids = [...this.#known, ...all.filter((pid) => !this.#known.has(pid)).reverse()];
    for (const pid of pids) {
      if (bySocket.size === 0) return;
      await this.#lookIn(pid, bySocket);
    }
  }

  async #lookIn(pid: number, bySocket: Map<string, Wanted>): Promise<void> {
    try {
      const folder = `/proc/${pid}/fd`;
      for (const fd of await readdir(folder)) {
        const wanted = bySocket.get(await readlink(`${folder}/${fd}`).catch(() => ''));
        if (wanted === undefined) continue;
        bySocket.delete(await readlink(`${folder}/${fd}`));
        this.#known.add(pid);
        wanted.found(pid, (await readFile(`/proc/${pid}/comm`, 'utf8')).trim());
      }
    } catch {
      // It has ended, or is somebody else's.
      this.#known.delete(pid);
    }
  }
}

/** How an address of the fourth version begins that is written as one of the sixth. */
const MAPPED = '0000000000000000FFFF0000';

/** The sockets of this machine: both addresses, as the table writes them, and the inode. */
function inodesOf(table: string): Map<string, string> {
  const inodes = new Map<string, string>();
  for (const line of table.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words.length > 9) inodes.set(`${words[1]} ${words[2]}`.replaceAll(MAPPED, ''), words[9]!);
  }
  return inodes;
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

/** `127.0.0.1:9876` is `0100007F:2694` there: the address as the machine keeps it in memory. */
function hexOf(address: string): string {
  const host = hostOf(address).split('.').map(Number).reverse();
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  const hex = (value: number, digits: number): string =>
    value.toString(16).toUpperCase().padStart(digits, '0');
  return `${host.map((byte) => hex(byte, 2)).join('')}:${hex(port, 4)}`;
}
