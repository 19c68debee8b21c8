import { expect, test } from 'vitest'
import { ChannelAllowance } from './channel-allowance.ts'

const leaseMs = 60_000

/** An allowance of two channels per address, and its clock. */
function allowTwo() {
  const clock = { nowMs: 0 }
  const allowance = new ChannelAllowance({ maxChannels: 2, countsForMs: leaseMs, now: () => clock.nowMs })
  return { clock, allowance }
}

test('admits as many channels per address as the limit', () => {
  const { allowance } = allowTwo()
  expect(allowance.admit('192.0.2.1', 'a')).toBe(true)
  expect(allowance.admit('192.0.2.1', 'b')).toBe(true)
  expect(allowance.admit('192.0.2.1', 'c')).toBe(false)
  expect(allowance.admit('192.0.2.2', 'c')).toBe(true)
})

test('admits a channel again that counts already', () => {
  const { allowance } = allowTwo()
  for (const login of ['a', 'b', 'a', 'b']) expect(allowance.admit('192.0.2.1', login)).toBe(true)
})

test('counts a channel until its lease ends after the last request', () => {
  const { allowance, clock } = allowTwo()
  const admit = (login: string) => allowance.admit('192.0.2.1', login)
  admit('a')
  clock.nowMs = 30_000
  admit('b')
  clock.nowMs = leaseMs - 1
  expect(admit('a')).toBe(true)
  clock.nowMs = leaseMs + 1
  expect(admit('c')).toBe(false)
  clock.nowMs = 30_000 + leaseMs
  expect(admit('c')).toBe(true)
  expect(admit('b')).toBe(false)
})

test('forgets addresses whose channels no longer count', () => {
  const { allowance, clock } = allowTwo()
  for (let index = 0; index < 1000; index++) allowance.admit(`10.0.${index >> 8}.${index & 255}`, 'arena')
  expect(allowance.size).toBe(1000)
  clock.nowMs = leaseMs
  allowance.admit('198.51.100.1', 'arena')
  expect(allowance.size).toBe(1)
})

test('counts the channels of one IPv6 network together', () => {
  const allowance = new ChannelAllowance({ maxChannels: 1, countsForMs: leaseMs, now: () => 0 })
  expect(allowance.admit('2001:db8::1', 'a')).toBe(true)
  expect(allowance.admit('2001:db8::2', 'a')).toBe(true)
  expect(allowance.admit('2001:db8::2', 'b')).toBe(false)
  expect(allowance.admit('2001:db8:0:1::2', 'b')).toBe(true)
  expect(allowance.size).toBe(2)
})
