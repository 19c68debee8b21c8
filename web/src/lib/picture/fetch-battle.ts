import type { CallOptions } from '@chat-battle/contracts/rest/call-route'
import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import { fetchRecent, nothingRecent, type Recent } from '../api/recent.ts'
import type { BattleAddress } from '../battle/battle-address.ts'
import { liveStretch } from '../battle/live-stretch.ts'
import { settledBattle } from '../battle/settled-battle.ts'
import { viewOf } from '../channel/channel-view.ts'
import { historyCalls } from '../history/fetch-history.ts'
import { rangeEntrant, rangeStretch } from '../history/history-battle.ts'
import { stepOf, timesOf, type HistoryChoice } from '../history/range-times.ts'
import { mergeFrame, type Frames } from '../source/merge-frame.ts'
import type { PicturedBattle } from './picture-content.ts'

/** A picture has few points. */
const maxPoints = 200

/** The battle of an address as it is now, without starting to watch a channel. Rejects where the gateway does not answer. */
export function fetchBattle(
  { channels, range, scale }: BattleAddress,
  nowMs: number,
  options: CallOptions,
): Promise<PicturedBattle> {
  return range === 'live'
    ? fetchLive(channels, scale, nowMs, options)
    : fetchRange(channels, range, scale, nowMs, options)
}

async function fetchLive(
  names: readonly string[],
  scale: BattleAddress['scale'],
  nowMs: number,
  options: CallOptions,
): Promise<PicturedBattle> {
  return liveBattle(names.length === 0 ? nothingRecent : await fetchRecent(names, options), scale, nowMs)
}

/** The battle of the last ten minutes. `nowMs`: epoch ms. */
export function liveBattle(
  { snapshots, previous }: Recent,
  scale: BattleAddress['scale'],
  nowMs: number,
): PicturedBattle {
  const chats = snapshots.map(({ asked, status, stats }) => {
    const before = previous.find(({ channel_id }) => channel_id === stats?.channel_id)
    let frames: Frames = { current: null, previous: null }
    for (const frame of [before, stats]) if (frame) frames = mergeFrame(frames, frame)
    const login = status?.channel_login ?? asked.replace(/^@/, '')
    return { login, view: viewOf(frames, status, nowMs) }
  })
  // A saved picture does not depend on the second in which it was made.
  const { entrants } = settledBattle(chats, nowMs)
  return { entrants, stretch: liveStretch(chats, scale), scale }
}

async function fetchRange(
  names: readonly string[],
  range: HistoryChoice,
  scale: BattleAddress['scale'],
  nowMs: number,
  options: CallOptions,
): Promise<PicturedBattle> {
  const times = timesOf(range, nowMs)
  const step = stepOf(times.to - times.from, maxPoints)
  const calls = historyCalls(options)
  const histories = await Promise.all(names.map((name) => calls.history(name, times, step, options.signal)))
  return rangeBattle(histories, range, scale, nowMs)
}

/** The battle of a range. `nowMs`: epoch ms. */
export function rangeBattle(
  histories: readonly History[],
  range: HistoryChoice,
  scale: BattleAddress['scale'],
  nowMs: number,
): PicturedBattle {
  const chats = histories.map((history) => ({ login: history.channel_login, history }))
  return {
    entrants: chats.map(rangeEntrant),
    stretch: rangeStretch(chats, scale, timesOf(range, nowMs), nowMs),
    scale,
  }
}
