/** Times of the consumer group, derived from its session timeout. All are durations in ms. */
export interface GroupTimes {
  sessionTimeoutMs: number
  /** Short, because no partition is processed after a rebalance begins until every member has learned of it. */
  heartbeatIntervalMs: number
  rebalanceTimeoutMs: number
  /**
   * A member whose last heartbeat is older may have lost its partitions: it publishes no frame and takes over no partition. Half a
   * session leaves time for a request that is already under way.
   */
  trustMs: number
}

export function groupTimes(sessionTimeoutMs: number): GroupTimes {
  return {
    sessionTimeoutMs,
    heartbeatIntervalMs: Math.floor(sessionTimeoutMs / 12),
    rebalanceTimeoutMs: sessionTimeoutMs,
    trustMs: sessionTimeoutMs / 2,
  }
}
