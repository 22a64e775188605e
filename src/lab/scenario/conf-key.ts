import {parseProperties} from '../../rocketmq/config/java-properties.ts';

/** A broker.conf with a key set: in its place where it stands on a line of its own, else on a line at the end, which counts. */
export function withConfKey(conf: string, key: string, value: string): string {
  const lines = conf.split('\n');
  const entries = parseProperties(conf).entries.filter((entry) => entry.key === key);
  const last = entries[entries.length - 1];
  const line = last === undefined ? undefined : lines[last.line - 1];
  if (last !== undefined && line !== undefined && !line.endsWith('\\') && last.valueLine === last.line) {
    lines[last.line - 1] = `${key}=${value}`;
    return lines.join('\n');
  }
  return `${conf}${conf === '' || conf.endsWith('\n') ? '' : '\n'}${key}=${value}\n`;
}

/** A broker.conf with keys set one after the other. */
export function withSettings(conf: string, settings: ReadonlyMap<string, string>): string {
  let text = conf;
  for (const [key, value] of settings) text = withConfKey(text, key, value);
  return text;
}
