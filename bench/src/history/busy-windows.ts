import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import { windowMs } from '@chat-battle/contracts/window'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { PartitionState } from '@chat-battle/statistics/partition'
import { Random } from '@chat-battle/twitch-stub/random'

const windows = 12
const messagesPerWindow = 20_000
const emotes = 400

/** Closed windows of a busy chat, each of other people: half of the messages come from a tenth of them. */
export function busyWindows(people: number): { stats: ChannelStats; summary: WindowSummary }[] {
  const random = new Random(1)
  const state = new PartitionState()
  const total = windows * messagesPerWindow
  for (let number = 0; number <= total; number++) {
    const at =
      number === total ? (windows + 2) * windowMs : Math.floor((number * windowMs) / messagesPerWindow)
    const window = Math.floor(number / messagesPerWindow)
    const person = window * 1000 + Math.floor(random.next() ** 2 * people)
    const emote = Math.floor(random.next() ** 2 * emotes)
    const event = message(at, {
      user_id: String(100_000_000 + person),
      username: `person_${person}`,
      bits: number % 200 === 0 ? 100 : 0,
      mood: 1,
      emotes: [
        { id: `01FRYR85B8000C3N9GP8GKM${emote}`, name: `emote${emote}`, start: 0, end: 4, provider: '7tv' },
      ],
    })
    state.apply(event, BigInt(number), at)
  }
  const summaries = state.takeSummaries()
  return state.takeFinals().flatMap((stats, index) => {
    const summary = summaries[index]
    return summary === undefined ? [] : [{ stats, summary }]
  })
}
