import { expect, test } from 'vitest'
import type { ChannelView } from '../channel/channel-view.ts'
import { leadMarks, liveHoles, liveSeries, liveTimes } from './live-chart.ts'

const startMs = 600_000

function view(given: Partial<ChannelView> = {}): ChannelView {
  return {
    pace: 0,
    timeline: { startMs, counts: new Array<number>(120).fill(2) },
    gaps: [],
    unwatched: [],
    minutes: null,
    messages: 0,
    chatters: 50,
    viewers: null,
    ...given,
  }
}

test('draws messages per minute in steps of 15 s of the clock, without the step that is being counted', () => {
  const timeline = { startMs: startMs + 5000, counts: new Array<number>(120).fill(2) }
  const { points, color } = liveSeries({ login: 'a', view: view({ timeline }) }, 2, 'messages')
  expect(color).toBe('var(--c2)')
  expect(points.at(0)).toEqual({ at: startMs + 15_000, value: 24 })
  expect(points.at(-1)).toEqual({ at: startMs + 585_000, value: 24 })
  expect(points).toHaveLength(39)
})

test('draws a hole where a step is not known, and nothing on a scale that is not known', () => {
  const counts = new Array<number | null>(120).fill(1)
  counts[4] = null
  const chat = { login: 'a', view: view({ timeline: { startMs, counts } }) }
  expect(
    liveSeries(chat, 0, 'messages')
      .points.slice(0, 3)
      .map(({ value }) => value),
  ).toEqual([12, null, 12])
  expect(liveSeries(chat, 0, 'per_chatter').points.at(0)?.value).toBe(240)
  expect(new Set(liveSeries(chat, 0, 'per_viewer').points.map(({ value }) => value))).toEqual(new Set([null]))
})

test('hatches the gaps of every chat, and the time in which none was watched', () => {
  const a = view({ gaps: [{ from: 0.5, to: 0.6 }], unwatched: [{ from: 0, to: 0.2 }] })
  const b = view({ unwatched: [{ from: 0, to: 0.1 }] })
  expect(liveHoles([a, b])).toEqual([
    { from: startMs + 300_000, to: startMs + 360_000, kind: 'gap' },
    { from: startMs, to: startMs + 60_000, kind: 'unwatched' },
  ])
  expect(liveHoles([a, view()])).toHaveLength(1)
})

test('shows the ten minutes of the newest chat', () => {
  expect(liveTimes([view({ timeline: null })])).toBeNull()
  const newer = view({ timeline: { startMs: startMs + 5000, counts: [] } })
  expect(liveTimes([view(), newer])).toEqual({ from: startMs + 5000, to: startMs + 605_000 })
})

test('marks where the lead changed', () => {
  const contenders = [
    { login: 'a', values: [2, 1] },
    { login: 'b', values: [1, 2] },
  ]
  expect(
    leadMarks({ contenders, startMs, stepMs: 60_000, isOpen: true }, (login, from) => `${from} → ${login}`),
  ).toEqual([{ at: startMs + 60_000, kind: 'lead', label: 'a → b' }])
})
