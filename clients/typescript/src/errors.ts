/** The closed table of error codes that a gateway answers with (SPEC.md, "Errors"). */
export const gatewayErrorCodes = [
  'bad_request',
  'bad_topic',
  'bad_filter',
  'wrong_kind',
  'too_big',
  'forbidden',
  'bad_token',
  'token_expired',
  'rate',
  'too_many_subscriptions',
  'too_many_topics',
  'overloaded',
  'unavailable',
  'unknown',
  'draining',
  'unsupported',
  'internal',
] as const;

/** An error code of the gateway. */
export type GatewayErrorCode = (typeof gatewayErrorCodes)[number];

/**
 * An error code: one of the gateway's, or one of this client's own:
 * `disconnected` (nothing was sent, or it is sent again after reconnecting), `closed` (the client has ended),
 * `unsubscribed` (the subscription has ended), `protocol` (the peer does not speak weir.v1.json).
 */
export type ErrorCode = GatewayErrorCode | 'disconnected' | 'closed' | 'unsubscribed' | 'protocol';

/** What a request can fail with. */
export class WeirError extends Error {
  override readonly name = 'WeirError';

  /**
   * @param code  why, from a closed table
   * @param message  the same for people
   * @param retry  whether the same request may succeed later
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly retry: boolean,
  ) {
    super(message);
  }
}

const comeBackCodes = new Set([1001, 1005, 1006, 1011, 1012, 1013, 1014]);

/**
 * Whether a connection that was closed with `code` is to be opened again: 4000-4499 and the standard codes of
 * passing trouble (1005 and 1006: no code at all came). Every other code says that coming back would not help.
 */
export function mayComeBack(code: number): boolean {
  return comeBackCodes.has(code) || (code >= 4000 && code <= 4499);
}
