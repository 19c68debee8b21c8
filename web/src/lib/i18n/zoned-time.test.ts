import { expect, test } from 'vitest'
import { fromLocalInput, toLocalInput } from './zoned-time.ts'

test.each([
  ['2026-11-26T14:05', 'UTC', '2026-11-26T14:05Z'],
  ['2026-11-26T14:05', 'Europe/Berlin', '2026-11-26T13:05Z'],
  ['2026-07-01T00:30', 'Europe/Berlin', '2026-06-30T22:30Z'],
  ['2026-11-26T14:05', 'Asia/Kolkata', '2026-11-26T08:35Z'],
  ['2026-11-26T14:05', 'America/Los_Angeles', '2026-11-26T22:05Z'],
])('%s in %s is %s', (text, zone, utc) => {
  const atMs = Date.parse(utc)
  expect(fromLocalInput(text, zone)).toBe(atMs)
  expect(toLocalInput(atMs, zone)).toBe(text)
})

test('takes the earlier one of a repeated hour, and goes on after one that is left out', () => {
  expect(fromLocalInput('2026-10-25T02:30', 'Europe/Berlin')).toBe(Date.parse('2026-10-25T00:30Z'))
  expect(fromLocalInput('2026-03-29T02:30', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T01:30Z'))
})

test.each(['', '2026-11-26', '2026-13-01T00:00', 'now'])('%j is no time', (text) => {
  expect(fromLocalInput(text, 'UTC')).toBeUndefined()
})
