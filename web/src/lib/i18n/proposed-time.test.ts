import { expect, test } from 'vitest'
import { ProposedTime } from './proposed-time.svelte.ts'

const at = Date.UTC(2026, 10, 26, 12, 30, 45)

test('proposes a time in the zone, and again in another one', () => {
  const time = new ProposedTime()
  expect(time.in('UTC')).toBeUndefined()
  time.propose(at, 'UTC')
  expect(time.typed).toBe('2026-11-26T12:30')
  time.propose(at, 'Asia/Kolkata')
  expect(time.typed).toBe('2026-11-26T18:00')
  expect(time.in('Asia/Kolkata')).toBe(at)
})

test('keeps what was typed, also before the first proposal, until it is replaced', () => {
  const time = new ProposedTime()
  time.typed = '2026-11-01T10:00'
  time.propose(at, 'UTC')
  time.propose(at, 'Asia/Kolkata')
  expect(time.typed).toBe('2026-11-01T10:00')
  expect(time.in('Asia/Kolkata')).toBe(Date.UTC(2026, 10, 1, 4, 30))
  time.replace(at, 'UTC')
  expect([time.typed, time.in('UTC')]).toEqual(['2026-11-26T12:30', at])
  time.typed = ''
  expect(time.in('UTC')).toBeUndefined()
})
