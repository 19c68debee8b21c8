import { expect, test } from 'vitest'
import { Formats } from './formats.ts'

const at = Date.UTC(2026, 10, 26, 13, 5, 9)

test.each([
  [
    'en',
    'Europe/Berlin',
    ['12,345', '12.3k', '4.2', '42%', '0.81%', '14:05', '14:05:09', '26 Nov', '26 Nov, 14:05', 'a, b and c'],
  ],
  [
    'de',
    'UTC',
    [
      '12.345',
      '12.345',
      '4,2',
      '42\u00a0%',
      '0,81\u00a0%',
      '13:05',
      '13:05:09',
      '26. Nov.',
      '26. Nov., 13:05',
      'a, b und c',
    ],
  ],
] as const)('writes numbers and times in %s', (locale, zone, expected) => {
  const formats = new Formats(locale, () => zone)
  expect([
    formats.count(12_345),
    formats.compact(12_345),
    formats.decimal(4.2),
    formats.share(0.42),
    formats.fineShare(0.008125),
    formats.time(at),
    formats.timeWithSeconds(at),
    formats.day(at),
    formats.dayAndTime(at),
    formats.list(['a', 'b', 'c']),
  ]).toEqual(expected)
})

test('writes lengths of time', () => {
  const formats = new Formats('en', () => 'UTC')
  expect([45_000, 720_000, 11_100_000].map((ms) => formats.duration(ms))).toEqual([
    '45 s',
    '12 min',
    '3 h 05 min',
  ])
})
