import { expect, test } from 'vitest'
import { historyOf } from '../history/history.fixture.ts'
import type { Summary } from './fetch-streams.ts'
import { csvOf, fileName, ndjsonOf } from './export-text.ts'
import { streamOf } from './stream.fixture.ts'

const startMs = Date.UTC(2026, 10, 26, 14, 0)
const mood = { positive: 0.5, negative: 0.25, coverage: 0.4 }

function summaryOf(): Summary {
  const history = historyOf(startMs, [3, 0, 4], '10m')
  history.points[0] = { ...(history.points[0] ?? fail()), mood, viewers: 12, unique_chatters: 2 }
  history.totals.bits = 100
  return {
    stream: streamOf('41', { started_at: startMs + 5 * 60_000, title: 'A "title", with\neverything' }),
    history: {
      ...history,
      mood,
      viewers: { peak: 20, average: 11 },
      events: [{ at: startMs, kind: 'title', text: 'a\nb', amount: null }],
      gaps: [{ from: startMs, to: startMs + 1 }],
    },
    moments: [],
    before: null,
    change: null,
  }
}

function fail(): never {
  throw new Error('no point')
}

test('the CSV has a row per point and one with the totals, which a parser reads back', () => {
  const [head = '', ...lines] = csvOf(summaryOf()).split('\r\n')
  expect(lines.pop()).toBe('')
  const names = head.split(',')
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])))
  expect(lines.every((line) => line.split(',').length === names.length)).toBe(true)
  expect(rows.map((row) => [row.kind, row.from, row.to, row.message_count])).toEqual([
    ['point', '2026-11-26T14:00:00.000Z', '2026-11-26T14:10:00.000Z', '3'],
    ['point', '2026-11-26T14:10:00.000Z', '2026-11-26T14:20:00.000Z', '0'],
    ['point', '2026-11-26T14:20:00.000Z', '2026-11-26T14:30:00.000Z', '4'],
    ['total', '2026-11-26T14:00:00.000Z', '2026-11-26T14:30:00.000Z', '7'],
  ])
  expect(rows[0]).toMatchObject({
    viewers: '12',
    viewers_peak: '',
    unique_chatters: '2',
    mood_positive: '0.5',
  })
  expect(rows[1]).toMatchObject({ viewers: '', mood_coverage: '', unique_chatters: '', bits: '0' })
  expect(rows[3]).toMatchObject({ viewers: '11', viewers_peak: '20', bits: '100', mood_negative: '0.25' })
})

test('the NDJSON has every part of the summary as the API answers it', () => {
  const summary = summaryOf()
  const records = ndjsonOf(summary)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const { points, events, gaps, ...rest } = summary.history
  expect(records).toEqual([
    { record: 'summary', stream: summary.stream, ...rest, before: null, change: null },
    ...points.map((point) => ({ record: 'point', ...point })),
    { record: 'event', ...events[0] },
    { record: 'gap', ...gaps[0] },
  ])
})

test('a file is named after its channel and start', () => {
  expect(fileName(summaryOf(), 'csv')).toBe('arena-2026-11-26-1405.csv')
  expect(fileName({ ...summaryOf(), stream: null }, 'ndjson')).toBe('arena-2026-11-26-1400.ndjson')
})
