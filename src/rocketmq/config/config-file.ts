/**
 * The small JSON files in which a broker keeps its tables: `topics.json` and its like, each with the version before it as
 * `.bak`. Source: RocketMQ 4.9.1 `ConfigManager`, `MixAll#string2File`.
 */
import {type Disk, DiskError} from '../../ports/disk.ts';
import type {Host} from '../../ports/host.ts';
import {report} from '../facts.ts';
import {encodeUtf8, readUtf8} from '../message/utf8.ts';

/**
 * Reads `path`, or where that is missing, empty or not to be understood, `path.bak`. A `.bak` that is missing or empty too
 * means a new broker: true, and nothing was decoded. False only where there is a `.bak` that cannot be understood; the
 * broker must not start then.
 * @param decode takes the text over; false if it makes no sense
 */
export function loadConfigFile(host: Host, path: string, decode: (text: string) => boolean): boolean {
  const text = readTextFile(host.disk, path);
  if (text !== null && text !== '' && decode(text)) return true;
  if (text) report(host.journal, {kind: 'warned', text: `${path} cannot be read; trying ${path}.bak`});
  const backup = readTextFile(host.disk, `${path}.bak`);
  return backup === null || backup === '' || decode(backup);
}

/**
 * Writes `path.tmp`, copies `path` to `path.bak`, removes `path` and renames. Nothing is synced, and for a moment there is no
 * `path`. False where the disk refused; what was there is then still in `path` or in `path.bak`.
 */
export function persistConfigFile(host: Host, path: string, text: string): boolean {
  const {disk, journal} = host;
  try {
    writeTextFile(disk, `${path}.tmp`, text);
    const previous = readTextFile(disk, path);
    if (previous !== null) writeTextFile(disk, `${path}.bak`, previous);
    disk.remove(path);
    disk.rename(`${path}.tmp`, path);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    report(journal, {kind: 'warned', text: `persist ${path}: ${error.message}`});
    return false;
  }
  report(journal, {kind: 'config-persisted', path});
  return true;
}

/** Null where there is no such file, or it cannot be read. */
export function readTextFile(disk: Disk, path: string): string | null {
  try {
    if (!disk.exists(path) || disk.isFolder(path)) return null;
    const file = disk.open(path, 'existing');
    const text = readUtf8(file.readAt(0, file.sizeBytes()));
    file.close();
    return text;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return null;
  }
}

function writeTextFile(disk: Disk, path: string, text: string): void {
  const file = disk.open(path, 'create');
  const bytes = encodeUtf8(text);
  file.truncate(0);
  file.writeAt(0, bytes);
  file.close();
}
