import type { ErrorKind } from '@chat-battle/contracts/rest/errors'

/** The HTTP status of each kind of error, by REST and in the handshake of Socket.IO alike. */
export const errorStatus: Readonly<Record<ErrorKind, number>> = {
  malformed_channel: 400,
  malformed_request: 400,
  unauthorized: 401,
  origin_not_allowed: 403,
  route_not_found: 404,
  channel_not_monitored: 404,
  channel_not_found: 404,
  channel_suspended: 404,
  channel_banned: 404,
  channel_limit_reached: 404,
  window_not_found: 404,
  payload_too_large: 413,
  too_many_channels: 429,
  too_many_connections: 429,
  rate_limited: 429,
  internal: 500,
  not_ready: 503,
}
