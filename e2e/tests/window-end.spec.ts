import { windowStart } from '@chat-battle/contracts/window'
import { expect, test } from '../src/fixtures.ts'

// Where ingest knows the time already, a message of the window before may be late.
test.use({ systemOf: 'window-end' })

test('draws a window as it ended after missing its end', async ({ battle, twitch, page, request }) => {
  const live = await battle.interceptLive()
  // Blocks polling, so that the figures come by the restored Socket.IO connection alone.
  await page.route(/\/api\/snapshots\?channels=[^&]*$/, (route) => route.abort())
  await battle.open(['away'])
  await expect(battle.messages('away')).toHaveText('0')
  const windowAt = windowStart(Date.now())
  const timestamp = windowAt - 1000
  const peak = (count: number) => battle.card('away').getByRole('img', { name: `at most ${count * 12}.` })
  await twitch.say('away', 'ann', 'before', { timestamp })
  await expect(peak(1)).toBeVisible()

  live.cut()
  for (let index = 0; index < 4; index++) await twitch.say('away', 'ann', 'meanwhile', { timestamp })
  await twitch.say('away', 'ann', 'after')
  const messagesOf = async (query: string) => {
    const answer = await request.get(`/api/channels/away/stats${query}`)
    return ((await answer.json()) as { message_count?: number }).message_count
  }
  await expect.poll(() => messagesOf(`?window_start=${windowStart(timestamp)}`)).toBe(5)
  await expect.poll(() => messagesOf(`?window_start=${windowAt}`)).toBe(1)
  await expect(peak(1)).toBeVisible()

  live.restore()
  await expect(battle.messages('away')).toHaveText('1')
  await expect(peak(5)).toBeVisible()
})
