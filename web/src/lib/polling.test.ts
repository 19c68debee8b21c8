import { afterEach, expect, test, vi } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import { silentWindow } from '@chat-battle/contracts/silent-window'
import { windowMs } from '@chat-battle/contracts/window'
import { startPolling } from './polling.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('the window before is fetched once in each window, the first among them', async () => {
  vi.useFakeTimers()
  let current = 5 * windowMs
  vi.stubGlobal('fetch', (path: string) => {
    const start = new URL(path, 'http://web').searchParams.get('window_start')
    const stats = silentWindow('1', 'arena', start === null ? current : Number(start))
    return Promise.resolve(
      Response.json(path === '/api/channels' ? { channels: [{ channel_login: 'arena' }] } : stats),
    )
  })
  const taken: number[] = []
  const stop = startPolling({
    channels: () => ['arena'],
    onStats: ({ window_start }: ChannelStats) => taken.push(window_start / windowMs),
    onStatuses: () => undefined,
    onAnswered: () => undefined,
  })
  await vi.advanceTimersByTimeAsync(4000)
  current = 9 * windowMs
  await vi.advanceTimersByTimeAsync(6000)
  stop()
  expect(taken).toEqual([5, 4, 5, 9, 8, 9])
})
