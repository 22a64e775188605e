/** What broker.conf knows, for who lets a person set a key of it. */
export {settingProblem} from '../../rocketmq/broker/broker-conf.ts';
export {BROKER_KEYS, type KeySpec} from '../../rocketmq/broker/broker-config.ts';
