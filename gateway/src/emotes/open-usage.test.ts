import { expect, test } from 'vitest'
import { statsFixture } from '../stats.fixture.ts'
import type { UsedEmote } from './emote-list.ts'
import { withFrames } from './open-usage.ts'

const kappa = (count: number) => ({ id: '25', name: 'Kappa', count, provider: 'twitch' as const })
const none = { used: new Map<string, UsedEmote>(), maxMissed: 0 }

test('adds the top of windows that the archive does not have', () => {
  const frames = [600_000, 1_200_000].map((window_start) =>
    statsFixture({ window_start, top_emotes: [kappa(2)] }),
  )
  const { used, maxMissed } = withFrames(withFrames(none, frames), [])
  expect([...used.values()]).toEqual([
    { provider: 'twitch', id: '25', name: 'Kappa', count: 4, lastUsed: 1_200_000 },
  ])
  expect(maxMissed).toBe(0)
})

test('may miss an emote of a window that has more than a frame lists', () => {
  const top_emotes = Array.from({ length: 10 }, (_, id) => ({
    id: String(id),
    name: 'x',
    count: 20 - id,
    provider: '7tv' as const,
  }))
  expect(withFrames({ ...none, maxMissed: 5 }, [statsFixture({ top_emotes })]).maxMissed).toBe(5 + 11)
})

test('leaves the archive as it is', () => {
  const used = new Map<string, UsedEmote>([
    ['twitch:25', { provider: 'twitch', id: '25', name: 'Kappa', count: 1, lastUsed: 9_000_000 }],
  ])
  const sum = withFrames({ used, maxMissed: 0 }, [
    statsFixture({ window_start: 600_000, top_emotes: [kappa(2)] }),
  ])
  expect(sum.used.get('twitch:25')).toMatchObject({ count: 3, lastUsed: 9_000_000 })
  expect(used.get('twitch:25')?.count).toBe(1)
})
