import {ResponseCode} from '../remoting/codes.ts';
import {response} from '../remoting/command.ts';
import type {RequestProcessor} from '../remoting/remoting.ts';
import {adminAccessHandlers} from './admin-access.ts';
import {adminClientHandlers} from './admin-clients.ts';
import {adminConfigHandlers} from './admin-config.ts';
import {adminGroupHandlers} from './admin-groups.ts';
import type {AdminHandler} from './admin-handler.ts';
import {adminOffsetHandlers} from './admin-offsets.ts';
import {adminStoreHandlers} from './admin-store.ts';
import {adminTopicHandlers} from './admin-topics.ts';
import type {BrokerParts} from './broker-parts.ts';

/**
 * Everything that has no processor of its own, by code.
 * Source: RocketMQ 4.9.1 `broker.processor.AdminBrokerProcessor`.
 */
export function adminBrokerProcessor(broker: BrokerParts): RequestProcessor {
  const handlers = new Map<number, AdminHandler>([
    ...adminTopicHandlers(broker),
    ...adminOffsetHandlers(broker),
    ...adminGroupHandlers(broker),
    ...adminClientHandlers(broker),
    ...adminConfigHandlers(broker),
    ...adminStoreHandlers(broker),
    ...adminAccessHandlers(),
  ]);
  return (channel, request, reply) => {
    const handler = handlers.get(request.code);
    const answer =
      handler === undefined
        ? response(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, ` request type ${request.code} not supported`)
        : handler(request, reply, channel);
    if (answer !== null) reply(answer);
  };
}
