import { expect, test } from 'vitest'
import { fromLocalInput, toLocalInput, zoneOffsetMs } from './zone.ts'

const hourMs = 60 * 60 * 1000

test.each([
  ['UTC', '2026-11-26T12:00:00.250Z', 0],
  ['Europe/Berlin', '2026-11-26T12:00:00Z', 1],
  ['Europe/Berlin', '2026-07-26T12:00:00Z', 2],
  ['Asia/Kolkata', '2026-07-26T12:00:00Z', 5.5],
  ['America/New_York', '2026-11-26T00:00:00Z', -5],
])('%s at %s is %d h ahead of UTC', (zone, at, hours) => {
  expect(zoneOffsetMs(zone, Date.parse(at))).toBe(hours * hourMs)
})

test.each([
  ['Europe/Berlin', '2026-11-26T13:05', '2026-11-26T12:05:00Z'],
  ['Europe/Berlin', '2026-10-25T01:30', '2026-10-24T23:30:00Z'],
  ['Europe/Berlin', '2026-10-25T03:30', '2026-10-25T02:30:00Z'],
  ['America/New_York', '2026-03-08T03:30', '2026-03-08T07:30:00Z'],
])('in %s, the typed time %s is %s and back', (zone, typed, at) => {
  expect(fromLocalInput(typed, zone)).toBe(Date.parse(at))
  expect(toLocalInput(Date.parse(at), zone)).toBe(typed)
})

test('an empty or malformed input has no time', () => {
  expect(fromLocalInput('', 'UTC')).toBeUndefined()
  expect(fromLocalInput('yesterday', 'UTC')).toBeUndefined()
})
