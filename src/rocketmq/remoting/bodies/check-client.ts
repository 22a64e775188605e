import {bean, decodeBody, encodeBody, givenText} from './codec.ts';
import {type SubscriptionData, subscriptionData} from './subscription-data.ts';

/** The body of 46. Source: RocketMQ 4.9.1 `common.protocol.body.CheckClientRequestBody`. */
export interface CheckClientRequest {
  readonly clientId: string;
  readonly group: string;
  readonly subscriptionData: SubscriptionData;
}

const checkClientRequest = bean<CheckClientRequest>({
  clientId: givenText,
  group: givenText,
  subscriptionData,
});

export function encodeCheckClientRequest(request: CheckClientRequest): Uint8Array {
  return encodeBody(checkClientRequest, request);
}

export function decodeCheckClientRequest(bytes: Uint8Array): CheckClientRequest | null {
  return decodeBody(checkClientRequest, bytes);
}
