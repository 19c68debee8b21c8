import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import { maxModerationMs } from '@chat-battle/contracts/rest/routes/list-moderation'
import { windowMs } from '@chat-battle/contracts/window'
import { readModeration } from './moderation-log.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const nowMs = 1_000_000 * windowMs

test('answers after its time with how far it came, and goes on from there', async () => {
  const read: number[] = []
  let isSlow = true
  const archive = {
    page: (_query: string, [, start, before]: readonly unknown[]) => {
      read.push(Number(start))
      if (isSlow) vi.advanceTimersByTime(maxModerationMs)
      return Promise.resolve({ rows: [], pageState: undefined, before })
    },
  }
  const range = { channelId: '7', keptFromMs: nowMs - 100 * windowMs, people: noOptOuts }
  const first = await readModeration(archive, { ...range, cursor: undefined }, nowMs)
  const searched = read.length
  expect(first).toEqual({
    actions: [],
    scanned_from: nowMs + windowMs - (searched - 1) * windowMs,
    cursor: `${first.scanned_from}-0`,
  })
  isSlow = false
  const second = await readModeration(archive, { ...range, cursor: first.cursor ?? undefined }, nowMs)
  expect(second).toEqual({ actions: [], scanned_from: nowMs - 100 * windowMs, cursor: null })
  // The window at the cursor is read again: it may begin before it.
  expect(new Set(read).size).toBe(102)
  expect(read).toHaveLength(103)
})
