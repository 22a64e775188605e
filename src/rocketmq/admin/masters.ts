import type {TopicRouteData} from '../remoting/bodies/topic-route-data.ts';

/** Whom the tool asks for a topic: of each broker name its master, or any other member if there is none. */
export function mastersOf(route: TopicRouteData): string[] {
  return route.brokerDatas.flatMap(({brokerAddrs}) => {
    const address = brokerAddrs.get(0) ?? [...brokerAddrs.values()][0];
    return address === undefined ? [] : [address];
  });
}
