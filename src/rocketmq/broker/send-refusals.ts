import {ResponseCode} from '../remoting/codes.ts';
import type {PutMessageResult} from '../store/message-store.ts';
import type {BrokerParts} from './broker-parts.ts';

/** A refusal: code and remark. */
export interface Refusal {
  readonly code: number;
  readonly remark: string;
}

export const ILLEGAL_MESSAGE =
  'the message is illegal, maybe msg body or properties length not matched. msg body length limit 128k, msg properties length limit 32k.';

/** Codes of results with which the message is in the log. */
export function storedCode(result: PutMessageResult): number {
  switch (result.status) {
    case 'FLUSH_DISK_TIMEOUT':
      return ResponseCode.FLUSH_DISK_TIMEOUT;
    case 'FLUSH_SLAVE_TIMEOUT':
      return ResponseCode.FLUSH_SLAVE_TIMEOUT;
    case 'SLAVE_NOT_AVAILABLE':
      return ResponseCode.SLAVE_NOT_AVAILABLE;
    default:
      return ResponseCode.SUCCESS;
  }
}

/** What a producer is told where nothing was stored; null where something was. */
export function putRefusal(broker: BrokerParts, result: PutMessageResult): Refusal | null {
  switch (result.status) {
    case 'PUT_OK':
    case 'FLUSH_DISK_TIMEOUT':
    case 'FLUSH_SLAVE_TIMEOUT':
    case 'SLAVE_NOT_AVAILABLE':
      return null;
    case 'CREATE_MAPEDFILE_FAILED': {
      const remark = 'create mapped file failed, server is busy or broken.';
      return {code: ResponseCode.SYSTEM_ERROR, remark};
    }
    case 'MESSAGE_ILLEGAL':
    case 'PROPERTIES_SIZE_EXCEEDED':
      return {code: ResponseCode.MESSAGE_ILLEGAL, remark: ILLEGAL_MESSAGE};
    case 'SERVICE_NOT_AVAILABLE': {
      const remark =
        `service not available now. It may be caused by one of the following reasons: the broker's disk is full [${diskUse(broker)}], ` +
        'messages are put to the slave, message store has been shut down, etc.';
      return {code: ResponseCode.SERVICE_NOT_AVAILABLE, remark};
    }
    case 'OS_PAGECACHE_BUSY': {
      const remark = '[PC_SYNCHRONIZED]broker busy, start flow control for a while';
      return {code: ResponseCode.SYSTEM_ERROR, remark};
    }
    case 'UNKNOWN_ERROR':
      return {code: ResponseCode.SYSTEM_ERROR, remark: 'UNKNOWN_ERROR'};
    default: {
      const never: never = result.status;
      return {code: ResponseCode.SYSTEM_ERROR, remark: `UNKNOWN_ERROR DEFAULT ${String(never)}`};
    }
  }
}

/** Source: `SendMessageProcessor#diskUtil`. A machine of ours has one disk, so the three are one figure. */
function diskUse(broker: BrokerParts): string {
  const total = broker.host.disk.totalBytes();
  const used = total === 0 ? 1 : (total - broker.host.disk.freeBytes()) / total;
  const figure = used.toFixed(2).padStart(5);
  return `CL: ${figure} CQ: ${figure} INDEX: ${figure}`;
}
