/** Channels whose mirrored messages are matched by their own sets, at most. */
export const maxSourceRooms = 200
/** A channel is forgotten this long after its last mirrored message. */
const forgottenAfterMs = 60 * 60_000

/** The channels from which Shared Chat mirrors messages into covered ones. Times are monotonic ms. */
export class SourceRooms {
  /** The last message of each, in its order. */
  readonly #seenAtMs = new Map<string, number>()

  see(channelId: string, nowMs: number): void {
    // Beyond the limit the known ones stay: a flood of made-up ids must not push them out.
    if (this.#seenAtMs.size >= maxSourceRooms && !this.#seenAtMs.has(channelId)) return
    this.#seenAtMs.delete(channelId)
    this.#seenAtMs.set(channelId, nowMs)
  }

  at(nowMs: number): string[] {
    for (const [channelId, seenAtMs] of this.#seenAtMs)
      if (seenAtMs < nowMs - forgottenAfterMs) this.#seenAtMs.delete(channelId)
    return [...this.#seenAtMs.keys()]
  }
}
