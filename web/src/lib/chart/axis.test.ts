import { expect, test } from 'vitest'
import { Formats } from '../i18n/formats.ts'
import { niceMax, timeTicks } from './axis.ts'

const at = (time: string) => Date.parse(`${time}Z`)
const ticks = (from: string, to: string, zone: string, most = 6) =>
  timeTicks({ from: at(from), to: at(to) }, most, zone, new Formats('en', () => zone)).map(
    ({ label }) => label,
  )

test('ticks are at full times of the visitor\u2019s zone', () => {
  expect(ticks('2026-11-26T12:03', '2026-11-26T12:13', 'UTC')).toEqual([
    '12:04',
    '12:06',
    '12:08',
    '12:10',
    '12:12',
  ])
  expect(ticks('2026-11-26T12:00', '2026-11-27T12:00', 'Asia/Kolkata')).toEqual([
    '18:00',
    '27 Nov',
    '06:00',
    '12:00',
  ])
})

test('days have ticks at local midnight, also across a change of the clocks', () => {
  const zone = 'Europe/Berlin'
  const found = timeTicks(
    { from: at('2026-10-24T00:00'), to: at('2026-10-27T20:00') },
    6,
    zone,
    new Formats('en', () => zone),
  )
  expect(found).toEqual([
    { at: at('2026-10-24T22:00'), label: '25 Oct' },
    { at: at('2026-10-25T23:00'), label: '26 Oct' },
    { at: at('2026-10-26T23:00'), label: '27 Oct' },
  ])
})

test('there are never more ticks than fit', () => {
  for (const hours of [0.01, 0.3, 1, 5, 24, 100, 24 * 90]) {
    const from = at('2026-08-01T00:07')
    const found = timeTicks({ from, to: from + hours * 3_600_000 }, 5, 'UTC', new Formats('en', () => 'UTC'))
    expect(found.length).toBeLessThanOrEqual(6)
  }
})

test.each([
  [0, 4],
  [5, 5],
  [17, 20],
  [101, 120],
  [9999, 10_000],
])('a peak of %d has an axis up to %d', (peak, max) => expect(niceMax(peak)).toBe(max))
