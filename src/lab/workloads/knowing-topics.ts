import {DiskError} from '../../ports/disk.ts';
import type {Program} from '../../ports/host.ts';
import {type BrokerConfig, settleBrokerConfig} from '../../rocketmq/broker/broker-config.ts';
import type {TopicScenario} from '../scenario/scenario.ts';

/**
 * A broker whose disk already holds the scenario's topics when it is first started, as if they had been made with
 * `mqadmin updateTopic` on an earlier day. A `topics.json` that is there is left alone: what a run did to its topics
 * outlives a restart.
 */
export function knowingTopics(
  program: Program,
  config: BrokerConfig,
  topics: readonly TopicScenario[],
): Program {
  return {
    start(host) {
      const path = `${settleBrokerConfig(config, host).storePathRootDir}/config/topics.json`;
      try {
        if (!host.disk.exists(path)) {
          const file = host.disk.open(path, 'create');
          file.writeAt(0, new TextEncoder().encode(topicsJson(topics, host.clock.nowMs())));
          file.close();
        }
      } catch (error) {
        // A disk that refuses is for the broker to find out about.
        if (!(error instanceof DiskError)) throw error;
      }
      return program.start(host);
    },
  };
}

function topicsJson(topics: readonly TopicScenario[], nowMs: number): string {
  const table: Record<string, unknown> = {};
  for (const {name, readQueueNums, writeQueueNums, perm} of topics) {
    table[name] = {
      order: false,
      perm,
      readQueueNums,
      topicFilterType: 'SINGLE_TAG',
      topicName: name,
      topicSysFlag: 0,
      writeQueueNums,
    };
  }
  const dataVersion = {counter: topics.length, timestamp: nowMs};
  return JSON.stringify({dataVersion, topicConfigTable: table}, null, '\t');
}
