import { expect, test, vi } from 'vitest'
import { playSimulation } from './play.ts'
import { simulatedChannels } from './simulated-channels.ts'

/** A server on which every channel is joined once `join` is called, and the times of the lines that it was given. */
function stage() {
  const joined = new Set<string>()
  const sent = new Map<string, number[]>()
  const server = {
    roomId: (login: string) => String(1 + simulatedChannels.indexOf(login)),
    connections: () => [{ joined }] as never,
    say(login: string, line: string) {
      const at = Number(/tmi-sent-ts=([0-9]+)/.exec(line)?.[1])
      sent.set(login, [...(sent.get(login) ?? []), at])
      return true as never
    },
  }
  return { server, sent, join: () => simulatedChannels.forEach((login) => joined.add(login)) }
}

test('sends the past quickly, once its channels are joined, and then goes on with the present', async () => {
  const { server, sent, join } = stage()
  const ended = new AbortController()
  const beganMs = Date.now()
  const historyMs = 120_000
  const playing = playSimulation(server, { seed: 1, rate: 1, historyMs, signal: ended.signal }, 20)
  await vi.waitFor(() => undefined)
  expect(sent.size).toBe(0)
  join()
  await vi.waitFor(() => expect(sent.get('pixelparade')?.at(-1)).toBeGreaterThan(beganMs))
  ended.abort()
  await playing
  for (const times of sent.values()) expect(Math.max(...times)).toBeLessThanOrEqual(Date.now())
  const busy = sent.get('pixelparade') ?? []
  expect(busy[0]).toBeLessThan(beganMs - historyMs + 10_000)
  // About six lines per second.
  expect(busy.length).toBeGreaterThan(500)
})
