/** What a world with brokers on DLedger needs, as a file to be fetched when such a world is opened. */
export {DLEDGER} from '../rocketmq/broker/dledger-part.ts';
