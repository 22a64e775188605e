import type {BrokerFile} from './broker-file.ts';

/** A broker of a deployment, with what it is configured to be. */
export interface DeployedBroker {
  readonly name: string;
  readonly machine: string;
  readonly brokerName: string;
  readonly file: BrokerFile;
}

/** Tells a disagreement as a warning at the key's place. */
export type Warn = (broker: DeployedBroker, key: string, found: string, expected: string) => void;
