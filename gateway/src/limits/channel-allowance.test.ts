import { expect, test } from 'vitest'
import { ChannelAllowance } from './channel-allowance.ts'

test('an address may ask for so many channels at a time, and for those again; each counts as long as its lease', () => {
  let nowMs = 0
  const allowance = new ChannelAllowance({ maxChannels: 2, countsForMs: 60_000, now: () => nowMs })
  const ask = (address: string, login: string) => allowance.admit(address, login)
  expect(ask('192.0.2.1', 'a')).toBe(true)
  nowMs = 30_000
  expect(ask('192.0.2.1', 'b')).toBe(true)
  expect(ask('192.0.2.1', 'c')).toBe(false)
  expect(ask('192.0.2.2', 'c')).toBe(true)
  nowMs = 59_999
  expect(ask('192.0.2.1', 'a')).toBe(true)
  nowMs = 60_001
  expect(ask('192.0.2.1', 'c')).toBe(false)
  nowMs = 90_000
  expect(ask('192.0.2.1', 'c')).toBe(true)
  expect(ask('192.0.2.1', 'b')).toBe(false)
})

test('addresses that ask no more are forgotten', () => {
  let nowMs = 0
  const allowance = new ChannelAllowance({ maxChannels: 2, countsForMs: 60_000, now: () => nowMs })
  for (let index = 0; index < 1000; index++) allowance.admit(`10.0.${index >> 8}.${index & 255}`, 'arena')
  expect(allowance.size).toBe(1000)
  nowMs = 60_000
  allowance.admit('198.51.100.1', 'arena')
  expect(allowance.size).toBe(1)
})

test('the addresses of one IPv6 network share their channels', () => {
  const allowance = new ChannelAllowance({ maxChannels: 1, countsForMs: 60_000, now: () => 0 })
  expect(allowance.admit('2001:db8::1', 'a')).toBe(true)
  expect(allowance.admit('2001:db8::2', 'a')).toBe(true)
  expect(allowance.admit('2001:db8::2', 'b')).toBe(false)
  expect(allowance.admit('2001:db8:0:1::2', 'b')).toBe(true)
  expect(allowance.size).toBe(2)
})
