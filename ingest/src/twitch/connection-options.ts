import type { IrcMessage } from '@tmi.js/irc-parser'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { RateLimiter } from './rate-limiter.ts'
import type { Refusal } from './refusal.ts'

export interface ConnectionTimes {
  /** Silence after which a PING is sent. */
  pingAfterMs: number
  /** How long the answer to a PING may take before the connection counts as half-open. */
  pongWithinMs: number
  /** How long a JOIN may stay unconfirmed before the channel counts as not found. */
  joinWithinMs: number
  /** How long connecting and logging in may take. */
  connectWithinMs: number
}

export const usualTimes: ConnectionTimes = {
  pingAfterMs: 10_000,
  pongWithinMs: 5000,
  joinWithinMs: 10_000,
  connectWithinMs: 20_000,
}

export type LoginFailure = 'no_token' | 'refused'

export interface ConnectionListeners {
  onLine: (line: IrcMessage) => void
  onUnparsable: (text: string, error: unknown) => void
  /** Twitch confirmed the JOIN. `channelId` is undefined where Twitch did not send it. */
  onJoined: (login: string, channelId: string | undefined) => void
  onJoinFailed: (login: string, why: Refusal) => void
  /** These joined channels are no longer received; they were covered until `coveredUntilMs`, monotonic ms. */
  onLost: (logins: readonly string[], coveredUntilMs: number) => void
  onReconnect: () => void
  onLoginFailed: (why: LoginFailure) => void
}

export interface ConnectionOptions {
  url: string
  times: ConnectionTimes
  joinLimiter: RateLimiter
  loginLimiter: RateLimiter
  /** Monotonic ms. */
  clock: () => number
  /** The token to log in with; undefined logs in anonymously. `rejected`: the token that Twitch refused last. */
  token: (rejected: string | undefined) => Promise<string | undefined>
  logger: Logger
  listeners: ConnectionListeners
}
