/** What a producer reports. */
export type ProducerFact =
  | {
      readonly kind: 'send-begun';
      readonly msgId: string;
      readonly group: string;
      readonly topic: string;
      readonly tags: string | null;
      readonly keys: string | null;
      readonly bodyBytes: number;
      readonly mode: 'sync' | 'async' | 'oneway';
    }
  | {
      readonly kind: 'send-attempted';
      readonly msgId: string;
      readonly attempt: number;
      readonly brokerName: string;
      readonly queueId: number;
      readonly address: string;
    }
  | {
      readonly kind: 'send-attempt-failed';
      readonly msgId: string;
      readonly attempt: number;
      readonly error: string;
      readonly willRetry: boolean;
    }
  | {
      readonly kind: 'send-acknowledged';
      readonly msgId: string;
      readonly status: SendStatusName;
      readonly offsetMsgId: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly tookMs: number;
    }
  | {
      readonly kind: 'send-handed-over' /** One-way: written to the socket; nobody will answer. */;
      readonly msgId: string;
    }
  | {readonly kind: 'send-given-up'; readonly msgId: string; readonly error: string; readonly tookMs: number};

export type SendStatusName = 'SEND_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE';
