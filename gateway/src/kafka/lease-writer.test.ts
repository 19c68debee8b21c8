import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lease } from '@chat-battle/contracts/records/lease'
import { LeaseWriter, renewEveryMs } from './lease-writer.ts'

const offered: { login: string; atMs: number; untilMs: number }[] = []
let leases: LeaseWriter

beforeEach(() => {
  vi.useFakeTimers()
  offered.length = 0
  const offer = (login: string, value: string | null) => {
    const atMs = performance.now()
    offered.push({ login, atMs, untilMs: atMs + lease.parse(JSON.parse(String(value))).ttl_ms })
  }
  leases = new LeaseWriter(
    { offer, send: (login, value) => Promise.resolve(offer(login, value)) },
    () => undefined,
  )
})
afterEach(() => {
  vi.useRealTimers()
})

test('a lease never runs out while it is renewed, not even where one renewal is lost', () => {
  for (let renewal = 0; renewal < 20; renewal++) {
    leases.renew('arena')
    vi.advanceTimersByTime(renewEveryMs)
  }
  expect(offered).toHaveLength(20)
  for (const [index, { untilMs }] of offered.slice(0, -2).entries())
    expect(offered[index + 2]?.atMs).toBeLessThan(untilMs)
})

test('a lease is not written for each of many requests, and each channel has its own', () => {
  for (let request = 0; request < 100; request++) {
    leases.renew('arena')
    leases.renew('bridge')
    vi.advanceTimersByTime(renewEveryMs / 100)
  }
  const of = (login: string) => offered.filter((written) => written.login === login).length
  expect([of('arena'), of('bridge')]).toEqual([4, 4])
})

test('writes a taken lease at once, and returns its end', async () => {
  for (let request = 1; request <= 2; request++) {
    expect((await leases.take('arena')) - Date.now()).toBe(60_000)
    expect(offered).toHaveLength(request)
  }
  leases.renew('arena')
  expect(offered).toHaveLength(2)
})
