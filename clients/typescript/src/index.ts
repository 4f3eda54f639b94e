export { connect } from './connect.js';
export { Client } from './client.js';
export { Subscription } from './subscription.js';
export { WeirError, type ErrorCode, type GatewayErrorCode } from './errors.js';
export type {
  ClientEvents,
  Delivery,
  EffectiveLimits,
  Fields,
  GapCause,
  GapEvent,
  GoodbyeEvent,
  Json,
  Kind,
  LimitsEvent,
  Payload,
  Position,
  ReadyEvent,
  StaleEvent,
  State,
  SubscriptionEvents,
  TopicEvent,
} from './events.js';
export type {
  CborLibrary,
  ConnectOptions,
  DeliveryHandler,
  PublishOptions,
  Runtime,
  SessionLimits,
  SubscribeOptions,
  SubscriptionHandlers,
  UpdateOptions,
  WebSocketConstructor,
  WebSocketLike,
} from './options.js';
export type { Pong } from './core/replies.js';
export type { Counters, Statistics } from './core/statistics.js';
