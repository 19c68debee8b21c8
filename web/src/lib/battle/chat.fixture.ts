import type { ChannelView } from '../channel/channel-view.ts'
import type { Chat } from './live-stretch.ts'

/** A chat with these counts of its minutes since 00:10; null: without a frame. */
export function chatOf(
  login: string,
  counts: (number | null)[] | null,
  given: Partial<ChannelView> = {},
): Chat {
  const view: ChannelView = {
    pace: 0,
    timeline: null,
    gaps: [],
    unwatched: [],
    minutes: counts === null ? null : { startMs: 600_000, counts },
    messages: 0,
    chatters: 100,
    viewers: null,
    ...given,
  }
  return { login, view }
}
