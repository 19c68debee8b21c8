import { expect, test, vi } from 'vitest'
import type { StreamSummary } from '@chat-battle/contracts/rest/routes/get-stream'
import { historyOf } from '../history/history.fixture.ts'
import { figuresIn, readFigures, type KnownFigures } from './stream-figures.ts'
import { streamOf } from './stream.fixture.ts'

function summaryOf(id: string, counts: number[], before: string | null, peak?: number): StreamSummary {
  const history = {
    ...historyOf(0, counts, '10m'),
    viewers: peak === undefined ? null : { peak, average: 1 },
  }
  const { totals } = historyOf(0, [5, 5], '10m')
  return {
    stream: streamOf(id),
    history,
    busiest: null,
    moments: [],
    before: before === null ? null : { stream: streamOf(before), totals, viewers: null },
    change: null,
  }
}

test('a summary has the figures of its stream and of the one before', () => {
  expect(figuresIn(summaryOf('2', [3, 4], '1', 90))).toEqual({
    2: { messages: 7, chatters: 1, peakViewers: 90 },
    1: { messages: 10, chatters: 1, peakViewers: null },
  })
})

test('requests every second stream, in order, and none whose figures are known', async () => {
  const streams = ['5', '4', '3', '2', '1'].map((id) => streamOf(id))
  const read = vi.fn((id: string) =>
    Promise.resolve(
      id === '2'
        ? { found: null, problem: 'unanswered' as const }
        : { found: summaryOf(id, [1], id === '1' ? null : String(Number(id) - 1)), problem: null },
    ),
  )
  let last: KnownFigures = {}
  const known = { 3: { messages: 9, chatters: 9, peakViewers: 9 } }
  for await (const all of readFigures(streams, known, new AbortController().signal, read)) last = all
  expect(read.mock.calls).toEqual([['5'], ['2'], ['1']])
  expect(last).toMatchObject({ 5: { messages: 1 }, 4: { messages: 10 }, 3: { messages: 9 }, 2: null })
})

test('stops when it is not needed any more', async () => {
  const ended = new AbortController()
  const read = () => {
    ended.abort()
    return Promise.resolve({ found: summaryOf('1', [1], null), problem: null })
  }
  const all = []
  for await (const known of readFigures([streamOf('1')], {}, ended.signal, read)) all.push(known)
  expect(all).toEqual([])
})
