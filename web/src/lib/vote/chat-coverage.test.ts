import { expect, test } from 'vitest'
import { messages } from '../chat/chat.fixture.ts'
import { ChatCoverage } from './chat-coverage.ts'

const at = (timestamp: number) => ({ message_id: `m${timestamp}`, timestamp })
const batch = (times: readonly number[], skipped = 0) => messages('1', times.map(at), skipped)

test('covers from the oldest kept message on', () => {
  const coverage = new ChatCoverage()
  expect(coverage.since).toBeUndefined()
  coverage.take(batch([100, 200]), 250)
  expect(coverage.since).toBe(100)
  expect(coverage.lastAt).toBe(200)
  expect(coverage.covers({ from: 99, to: 300 })).toBe(false)
  expect(coverage.covers({ from: 100, to: 300 })).toBe(true)
})

test('covers a silent chat from the subscription on', () => {
  const coverage = new ChatCoverage()
  expect(coverage.covers({ from: 1000, to: 1001 })).toBe(false)
  coverage.take(batch([]), 1000)
  expect(coverage.covers({ from: 999, to: 1100 })).toBe(false)
  expect(coverage.covers({ from: 1000, to: 1100 })).toBe(true)
})

test('does not cover where messages were skipped', () => {
  const coverage = new ChatCoverage()
  coverage.take(batch([100, 200]), 250)
  coverage.take(batch([400], 7), 450)
  expect(coverage.covers({ from: 100, to: 200 })).toBe(true)
  expect(coverage.covers({ from: 100, to: 300 })).toBe(false)
  expect(coverage.covers({ from: 300, to: 500 })).toBe(false)
  expect(coverage.covers({ from: 401, to: 500 })).toBe(true)
})

test('covers an interruption that the kept messages reach over', () => {
  const coverage = new ChatCoverage()
  coverage.take(batch([100, 200]), 250)
  coverage.reconnect()
  coverage.take(batch([200, 300]), 350)
  expect(coverage.covers({ from: 100, to: 400 })).toBe(true)
  coverage.reconnect()
  coverage.take(batch([500]), 550)
  expect(coverage.covers({ from: 100, to: 300 })).toBe(true)
  expect(coverage.covers({ from: 100, to: 400 })).toBe(false)
  expect(coverage.covers({ from: 501, to: 600 })).toBe(true)
})

test('joins stretches beyond those that are kept', () => {
  const coverage = new ChatCoverage()
  coverage.take(batch([0]), 0)
  for (let time = 100; time <= 5000; time += 100) coverage.take(batch([time], 1), time)
  expect(coverage.covers({ from: 4990, to: 5000 })).toBe(false)
  expect(coverage.covers({ from: 5001, to: 6000 })).toBe(true)
})

test('begins again with kept messages that come in place of everything', () => {
  const coverage = new ChatCoverage()
  coverage.take(batch([100, 200]), 250)
  coverage.take(batch([150, 200, 300]), 350)
  expect(coverage.covers({ from: 100, to: 400 })).toBe(false)
  expect(coverage.covers({ from: 150, to: 400 })).toBe(true)
})
