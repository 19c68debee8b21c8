import { epochMs } from '@chat-battle/contracts/primitives'
import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { maxHistoryAgeMs } from '@chat-battle/contracts/rest/routes/get-history'

/** The address of the summary of any range. Times are epoch ms, `to` is exclusive. */
export function rangeAddress(name: string, { from, to }: TimeRange): string {
  return `/channel/${name}/range?from=${from}&to=${to}`
}

/** Undefined: the address has no two times of which the first is earlier, or they are further apart than figures are kept. */
export function readRange(search: Pick<URLSearchParams, 'get'>): TimeRange | undefined {
  const [from, to] = ['from', 'to'].map((name) => timeIn(search.get(name)))
  if (from === undefined || to === undefined || from >= to || to - from > maxHistoryAgeMs) return undefined
  return { from, to }
}

function timeIn(text: string | null): number | undefined {
  return text !== null && /^[0-9]{1,16}$/.test(text) ? epochMs.safeParse(Number(text)).data : undefined
}
