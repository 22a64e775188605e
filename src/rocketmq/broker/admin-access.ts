import {RequestCode, ResponseCode} from '../remoting/codes.ts';
import {response} from '../remoting/command.ts';
import type {AdminHandler} from './admin-handler.ts';

/**
 * What a broker without access control answers to those who would look at it or change it: 50, 51, 52, 53, 54. 4.9.1 finds no
 * validator to ask, and tells the exception; who asks for what is set hears nothing at all.
 * Source: RocketMQ 4.9.1 `AdminBrokerProcessor#updateAndCreateAccessConfig` and the four after it.
 */
export function adminAccessHandlers(): [number, AdminHandler][] {
  const failing =
    (code: number, call: string): AdminHandler =>
    () =>
      response(
        code,
        `Cannot invoke "org.apache.rocketmq.acl.AccessValidator.${call}" because "accessValidator" is null`,
      );
  return [
    [
      RequestCode.UPDATE_AND_CREATE_ACL_CONFIG,
      failing(
        ResponseCode.UPDATE_AND_CREATE_ACL_CONFIG_FAILED,
        'updateAccessConfig(org.apache.rocketmq.common.PlainAccessConfig)',
      ),
    ],
    [
      RequestCode.DELETE_ACL_CONFIG,
      failing(ResponseCode.DELETE_ACL_CONFIG_FAILED, 'deleteAccessConfig(String)'),
    ],
    [
      RequestCode.UPDATE_GLOBAL_WHITE_ADDRS_CONFIG,
      failing(
        ResponseCode.UPDATE_GLOBAL_WHITE_ADDRS_CONFIG_FAILED,
        'updateGlobalWhiteAddrsConfig(java.util.List)',
      ),
    ],
    [RequestCode.GET_BROKER_CLUSTER_ACL_INFO, () => null],
    [RequestCode.GET_BROKER_CLUSTER_ACL_CONFIG, () => null],
  ];
}
