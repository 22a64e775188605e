/** What a push consumer reports, and what recordings tell of one that is not ours. */
export type ConsumerFact =
  | {
      readonly kind: 'rebalanced';
      readonly group: string;
      readonly topic: string;
      readonly clientIds: readonly string[];
      readonly allocated: readonly {readonly brokerName: string; readonly queueId: number}[];
    }
  | {
      readonly kind: 'queue-taken';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
    }
  | {
      readonly kind: 'queue-dropped';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly why: 'rebalanced' | 'expired' | 'stopped' | 'offset-illegal';
    }
  | {
      readonly kind: 'pull-failed';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly error: string;
    }
  | {
      readonly kind: 'pull-offset-moved';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly fromOffset: number;
      readonly toOffset: number;
    }
  | {
      readonly kind: 'flow-controlled';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly why: 'count' | 'size' | 'span';
    }
  | {
      /** One message handed to the application's listener. */
      readonly kind: 'message-delivered';
      readonly group: string;
      readonly clientId: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly msgId: string;
      readonly offsetMsgId: string;
      readonly reconsumeTimes: number;
    }
  | {
      /** In recordings: one message that a pull has brought to a client which is not ours. What it makes of it is not known. */
      readonly kind: 'message-received';
      readonly group: string;
      readonly clientId: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly msgId: string;
      readonly offsetMsgId: string;
      readonly reconsumeTimes: number;
    }
  | {
      readonly kind: 'consumption-finished';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly status: 'CONSUME_SUCCESS' | 'RECONSUME_LATER';
      readonly msgIds: readonly string[];
    }
  | {
      readonly kind: 'offset-reported';
      readonly group: string;
      readonly topic: string;
      readonly brokerName: string;
      readonly queueId: number;
      readonly queueOffset: number;
    };
