import type { TwitchServer } from './server.ts'

/** Twitch's limit on JOINs of an ordinary account: https://dev.twitch.tv/docs/chat/#rate-limits */
export const joinLimit = { joins: 20, perMs: 10_000 }

/** The most joins in any stretch of the limit's length. */
export function mostJoins(joins: TwitchServer['joins']): number {
  return Math.max(
    ...joins.map(
      ({ atMs }) => joins.filter((join) => join.atMs >= atMs && join.atMs < atMs + joinLimit.perMs).length,
    ),
  )
}
