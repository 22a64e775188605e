import {humanTime} from '../broker/java-text.ts';
import {printError} from '../client/errors.ts';
import {clientMessageId} from '../client/mq-client-api.ts';
import type {MessageExt} from '../message/message.ts';
import {printProperties} from '../message/print.ts';
import {MessageConst} from '../message/properties.ts';
import {left, orNull} from './java-format.ts';
import {messageTracks, printTrack} from './message-track.ts';
import type {AdminTools} from './tools.ts';

const BODIES_FOLDER = '/tmp/rocketmq/msgbodys';

/**
 * Prints one message and what became of it in every group, and writes its body into a file. What follows stands on the last
 * line, which the real tool does not end. `done` hears why the body could not be written, or null.
 * Source: RocketMQ 4.9.1 `QueryMsgByIdSubCommand#printMsg`, `QueryMsgByUniqueKeySubCommand#showMessage`.
 */
export function printMessageDetail(
  tools: AdminTools,
  message: MessageExt,
  withOffsetId: boolean,
  done: (failure: string | null) => void,
): void {
  const bodyPath = `${BODIES_FOLDER}/${clientMessageId(message)}`;
  const failure = saveBody(tools, bodyPath, message.body);
  if (failure !== null) {
    done(failure);
    return;
  }
  const row = (name: string, value: string | number): void => tools.print(`${left(`${name}:`, 20)} ${value}`);
  const {properties} = message;
  if (withOffsetId) row('OffsetID', message.msgId);
  row('Topic', message.topic);
  row('Tags', `[${orNull(properties.get(MessageConst.TAGS))}]`);
  row('Keys', `[${orNull(properties.get(MessageConst.KEYS))}]`);
  row('Queue ID', message.queueId);
  row('Queue Offset', message.queueOffset);
  row('CommitLog Offset', message.commitLogOffset);
  row('Reconsume Times', message.reconsumeTimes);
  row('Born Timestamp', humanTime(message.bornTimestampMs));
  row('Store Timestamp', humanTime(message.storeTimestampMs));
  row('Born Host', message.bornHost);
  row('Store Host', message.storeHost);
  row('System Flag', message.sysFlag);
  row('Properties', properties.size === 0 ? '' : printProperties(properties));
  row('Message Body Path', bodyPath);
  messageTracks(tools, message, (tracks) => {
    if (!tracks.ok) {
      tools.printError(printError(tracks.error));
      return done(null);
    }
    tools.print('');
    tools.print('');
    tools.write(tracks.value.length === 0 ? 'WARN: No Consumer' : tracks.value.map(printTrack).join(''));
    done(null);
  });
}

/** A unique id is whatever its producer says: it names a file in that folder, or none. */
function saveBody(tools: AdminTools, path: string, body: Uint8Array): string | null {
  const name = path.slice(BODIES_FOLDER.length + 1);
  if (!/^[\w-][\w.-]*$/.test(name)) {
    return `java.io.FileNotFoundException: ${path} (No such file or directory)`;
  }
  const failure = tools.saveFile(path, body);
  return failure === null ? null : `java.io.FileNotFoundException: ${path} (${failure})`;
}
