import {type Disk, DiskError} from '../../ports/disk.ts';
import {readTextFile} from '../config/config-file.ts';
import {parseProperties} from '../config/java-properties.ts';
import {encodeUtf8} from '../message/utf8.ts';

/**
 * Writes `path.tmp`, copies what `path` was to `path.bak`, deletes `path` and renames. Nothing is synced, and between the last
 * two steps there is no `path`: who reads looks at `path` only. Throws `DiskError`.
 * Source: DLedger 0.2.2 `utils.IOUtils#string2File`.
 */
export function replaceTextFile(disk: Disk, path: string, text: string): void {
  writeTextFile(disk, `${path}.tmp`, text);
  const previous = readTextFile(disk, path);
  if (previous !== null) writeTextFile(disk, `${path}.bak`, previous);
  disk.remove(path);
  disk.rename(`${path}.tmp`, path);
}

/**
 * The same file written so that a reader finds all of it or all of what was before: synced under its own name, put in place by
 * one rename, and synced again, which makes the file system write down the rename. `done` comes later, with whether it worked.
 */
export function replaceTextFileDurably(
  disk: Disk,
  path: string,
  text: string,
  done: (written: boolean) => void,
): void {
  const file = disk.open(`${path}.tmp`, 'create');
  file.truncate(0);
  file.writeAt(0, encodeUtf8(text));
  const ended = (written: boolean): void => {
    file.close();
    done(written);
  };
  file.sync((failure) => {
    if (failure !== null) {
      ended(false);
      return;
    }
    try {
      disk.rename(`${path}.tmp`, path);
      file.sync((renameFailure) => ended(renameFailure === null));
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      ended(false);
    }
  });
}

/** The properties in a file, or null where there is none that can be read. Of a repeated key the last counts. */
export function readPropertiesFile(disk: Disk, path: string): ReadonlyMap<string, string> | null {
  const text = readTextFile(disk, path);
  if (text === null) return null;
  const {entries, malformed} = parseProperties(text);
  // Java throws for a malformed escape, and its caller takes the whole file for unreadable.
  return malformed.length > 0 ? null : new Map(entries.map(({key, value}) => [key, value]));
}

/** A number as Java's `Long.valueOf` takes it; null for what it throws at. */
export function javaLong(text: string): number | null {
  return /^[+-]?\d{1,19}$/.test(text) ? Number(text) : null;
}

function writeTextFile(disk: Disk, path: string, text: string): void {
  const file = disk.open(path, 'create');
  file.truncate(0);
  file.writeAt(0, encodeUtf8(text));
  file.close();
}
