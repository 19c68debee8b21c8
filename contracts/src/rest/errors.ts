import { z } from 'zod'

/** The closed list of what can be wrong with a request, by REST and by Socket.IO alike. */
export const errorKind = z.enum([
  'malformed_channel',
  'malformed_request',
  'route_not_found',
  'channel_not_monitored',
  'channel_not_found',
  'channel_suspended',
  'channel_banned',
  'channel_limit_reached',
  'window_not_found',
  'too_many_channels',
  'too_many_connections',
  'rate_limited',
  'payload_too_large',
  'origin_not_allowed',
  'not_ready',
  'unauthorized',
  'internal',
])

export const requestError = z.object({ kind: errorKind, message: z.string() })

/** The body of every answer that is not a success. */
export const errorBody = z.object({ error: requestError })

export type ErrorKind = z.infer<typeof errorKind>
export type RequestError = z.infer<typeof requestError>
export type ErrorBody = z.infer<typeof errorBody>
