import type { Logger } from '@chat-battle/runtime/process/logger'
import type { IngestConfig } from '../config.ts'
import { loginToken, refreshedTokens, type TokenSource } from './auth.ts'
import { usualTimes, type ConnectionListeners, type ConnectionTimes } from './connection-options.ts'
import { accountChannelLimit, ConnectionPool } from './connection-pool.ts'
import { RateLimiter, twitchLoginLimit } from './rate-limiter.ts'

export interface PoolOverrides {
  times?: ConnectionTimes
  tokenSource?: TokenSource
}

/** A pool by the settings: an account's with credentials, else an anonymous one. `clock`: monotonic ms. */
export function createPool(
  { TWITCH_IRC_URL, TWITCH_AUTH_URL, credentials }: IngestConfig,
  overrides: PoolOverrides,
  parts: { joinLimiter: RateLimiter; clock: () => number; logger: Logger; listeners: ConnectionListeners },
): ConnectionPool {
  const refreshed = credentials === undefined ? undefined : refreshedTokens(TWITCH_AUTH_URL, credentials)
  const source = overrides.tokenSource ?? refreshed
  return new ConnectionPool({
    ...parts,
    url: TWITCH_IRC_URL,
    times: overrides.times ?? usualTimes,
    loginLimiter: new RateLimiter(twitchLoginLimit),
    maxChannels: source === undefined ? Infinity : accountChannelLimit,
    token: loginToken(source),
  })
}
