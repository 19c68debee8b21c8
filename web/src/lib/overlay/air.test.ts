import { expect, test } from 'vitest'
import { Air, holdMs, setUpMs } from './air.svelte.ts'

const startMs = 1_000_000

test('says in words what is missing while it is set up, and then keeps silent', () => {
  const air = new Air(false)
  expect(air.state).toBe('setting_up')
  air.update(['not_found'], startMs)
  air.update(['not_found'], startMs + setUpMs - 1)
  expect([air.state, air.isSettingUp]).toEqual(['setting_up', true])
  air.update(['not_found'], startMs + setUpMs)
  expect([air.state, air.isSettingUp]).toEqual(['off', false])
  air.update(['live'], startMs + setUpMs + 1000)
  expect(air.state).toBe('on')
})

test('is on air while one channel has present figures', () => {
  const air = new Air(true)
  expect(air.state).toBe('on')
  air.update(['live', 'not_found'], startMs)
  air.update(['stale', 'polling'], startMs + 1000)
  expect(air.state).toBe('on')
})

test('holds the last figures for a while, then takes them off, and comes back', () => {
  const air = new Air(true)
  air.update(['live'], startMs)
  air.update(['offline'], startMs + 1000)
  expect(air.state).toBe('held')
  air.update(['offline'], startMs + holdMs - 1)
  expect(air.state).toBe('held')
  air.update(['offline'], startMs + holdMs)
  expect(air.state).toBe('off')
  air.update(['live'], startMs + 8 * 3_600_000)
  expect(air.state).toBe('on')
})
