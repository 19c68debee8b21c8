import { z } from '../zod.ts'

/** The HTTP status of each kind of error, in REST and in the Socket.IO handshake. A kind outside this list is never sent. */
export const errorStatus = {
  malformed_channel: 400,
  malformed_request: 400,
  range_not_served: 400,
  webhook_refused: 400,
  unsupported_protocol: 400,
  unauthorized: 401,
  origin_not_allowed: 403,
  route_not_found: 404,
  channel_not_monitored: 404,
  channel_not_found: 404,
  channel_suspended: 404,
  channel_banned: 404,
  channel_limit_reached: 404,
  window_not_found: 404,
  stream_not_found: 404,
  person_not_found: 404,
  job_not_found: 404,
  picture_not_found: 404,
  webhook_not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  too_many_channels: 429,
  too_many_connections: 429,
  too_many_webhooks: 429,
  rate_limited: 429,
  internal: 500,
  not_ready: 503,
  archive_unavailable: 503,
  opt_outs_unavailable: 503,
  picture_unavailable: 503,
} as const

export type ErrorKind = keyof typeof errorStatus

export const errorKind = z.enum(Object.keys(errorStatus) as [ErrorKind, ...ErrorKind[]])

export const requestError = z.object({ kind: errorKind, message: z.string() })

/** The body of every response whose status is 400 or above, except `GET /api/health`. */
export const errorBody = z.object({ error: requestError })

export type RequestError = z.infer<typeof requestError>
export type ErrorBody = z.infer<typeof errorBody>
