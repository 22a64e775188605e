/** What a broker reports, but for its store and for what it replicates. */
export type BrokerFact =
  | {
      readonly kind: 'broker-booted';
      readonly cluster: string;
      readonly brokerName: string;
      readonly brokerId: number;
      readonly role: 'ASYNC_MASTER' | 'SYNC_MASTER' | 'SLAVE';
      readonly flush: 'ASYNC_FLUSH' | 'SYNC_FLUSH';
      readonly address: string;
    }
  | {
      readonly kind: 'registered-with-namesrv';
      readonly namesrv: string;
      /** Null when the NameServer took it, otherwise what went wrong. */
      readonly error: string | null;
    }
  | {
      readonly kind: 'topic-configured';
      readonly topic: string;
      readonly readQueueNums: number;
      readonly writeQueueNums: number;
      readonly perm: number;
      readonly why: 'built-in' | 'loaded' | 'auto-created' | 'retry' | 'admin' | 'synchronised';
    }
  | {readonly kind: 'topic-deleted'; readonly topic: string}
  | {readonly kind: 'send-refused'; readonly topic: string; readonly code: number; readonly remark: string}
  | {
      readonly kind: 'client-joined' | 'client-left';
      readonly role: 'producer' | 'consumer';
      readonly group: string;
      readonly clientId: string;
      readonly address: string;
      readonly why: 'heartbeat' | 'unregistered' | 'connection-closed' | 'expired';
    }
  | {readonly kind: 'group-notified'; readonly group: string; readonly clientIds: readonly string[]}
  | {
      readonly kind: 'pull-held' | 'pull-released';
      readonly group: string;
      readonly topic: string;
      readonly queueId: number;
      readonly queueOffset: number;
      readonly why: 'nothing-new' | 'message-arrived' | 'timed-out' | 'connection-closed';
    }
  | {
      readonly kind: 'offset-committed';
      readonly group: string;
      readonly topic: string;
      readonly queueId: number;
      readonly queueOffset: number;
    }
  // Of a broker of a DLedger group: being master and slave comes after leading and following.
  | {
      /** What a broker of a group is from now on, and tells its NameServers. */
      readonly kind: 'broker-role-changed';
      readonly brokerName: string;
      readonly brokerId: number;
      readonly role: 'SYNC_MASTER' | 'SLAVE';
    }
  | {
      /** It leads its group and is no master yet: what its log holds of earlier terms is not all committed and dispatched. */
      readonly kind: 'broker-mastership-waits';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
      readonly ledgerEndIndex: number;
      readonly committedIndex: number;
      readonly dispatchBehindBytes: number;
    }
  | {
      /** It stopped leading before it was a master, or the event came too late. */
      readonly kind: 'broker-mastership-missed';
      readonly group: string;
      readonly selfId: string;
      readonly term: number;
    };
