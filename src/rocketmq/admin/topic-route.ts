import {prettyFastjson} from '../broker/pretty-json.ts';
import {printError} from '../client/errors.ts';
import {encodeTopicRouteData} from '../remoting/bodies/topic-route-data.ts';
import type {AdminCommand} from './tools.ts';

/** Where a topic is. Source: RocketMQ 4.9.1 `tools.command.topic.TopicRouteSubCommand`. */
export const topicRoute: AdminCommand = {
  name: 'topicRoute',
  options: [{letter: 't', word: 'topic', takesValue: true, required: true}],
  run(tools, options, done) {
    tools.api.topicRoute(options.get('t')!.trim(), (route) => {
      if (!route.ok) return done(printError(route.error));
      const json = new TextDecoder().decode(encodeTopicRouteData(route.value));
      for (const line of prettyFastjson(json).split('\n')) tools.print(line);
      done(null);
    });
  },
};
