import { historySteps, type History, type HistoryStep } from '@chat-battle/contracts/rest/routes/get-history'
import { countFigures } from '@chat-battle/contracts/records/figures'

/** A history whose points have these counts from `from` (epoch ms) on. */
export function historyOf(from: number, counts: readonly number[], step: HistoryStep = '1m'): History {
  const { stepMs } = historySteps[step]
  const to = from + counts.length * stepMs
  const sums = Object.fromEntries(countFigures.map((name) => [name, 0])) as History['totals']
  return {
    channel_id: '1',
    channel_login: 'arena',
    from,
    to,
    step_ms: stepMs,
    points: counts.map((message_count, index) => ({
      at: from + index * stepMs,
      message_count,
      unique_chatters: null,
      bits: 0,
      moderated_messages: 0,
      mood: null,
      viewers: null,
    })),
    totals: {
      ...sums,
      from,
      to,
      message_count: counts.reduce((sum, count) => sum + count, 0),
      unique_chatters: 1,
    },
    viewers: null,
    mood: null,
    top_emotes: [],
    top_chatters: [],
    top_bots: [],
    max_missed: 0,
    notices: {},
    events: [],
    gaps: [],
    covered_ms: to - from,
    windows_without_summary: 0,
    cut: [],
  }
}
