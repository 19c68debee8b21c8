import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, named, test, type BattlePage } from '../src/fixtures.ts'
import type { TwitchControl } from '../src/twitch-control.ts'

/** Opens a channel, and others beside it, and waits until its first message is shown. */
async function openWithMessage(
  battle: BattlePage,
  twitch: TwitchControl,
  login: string,
  others: readonly string[] = [],
): Promise<void> {
  await battle.open([login, ...others])
  await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  await twitch.say(login, 'ann', 'before')
  await expect(battle.messages(login)).toHaveText('1')
}

test('shows that the gateway is away, and returns to live by itself', async ({
  battle,
  twitch,
  page,
  system,
}) => {
  await openWithMessage(battle, twitch, 'gated', ['gated2'])
  const standing = page.getByTestId('standings').getByRole('row', { name: 'gated2' })
  await expect(standing).not.toContainText('Offline')
  await named(system.processes, 'gateway').stop(5000)
  await expect(battle.status('gated')).toHaveAttribute('data-status', 'offline')
  await expect(battle.messages('gated')).toHaveText('1')
  await expect(standing).toContainText('Offline')
  await twitch.say('gated', 'ben', 'meanwhile')
  await named(system.processes, 'gateway').start()
  await expect(battle.status('gated')).toHaveAttribute('data-status', 'live')
  await expect(battle.messages('gated')).toHaveText('2')
  await expect(standing).not.toContainText('Offline')
})

test('polls without Socket.IO, and returns to live', async ({ battle, twitch, page }) => {
  const live = await battle.interceptLive()
  live.cut()
  await battle.open(['polled'])
  await expect(battle.status('polled')).toHaveAttribute('data-status', 'polling')
  await battle.expectAccessible()
  await twitch.say('polled', 'ann', 'hello')
  await expect(battle.messages('polled')).toHaveText('1')
  await page.getByRole('button', { name: 'Stop polled' }).click()
  await battle.input.fill(derivedRoomId('polled'))
  await battle.startButton.click()
  await expect(battle.messages('polled')).toHaveText('1')
  live.restore()
  await expect(battle.status('polled')).toHaveAttribute('data-status', 'live')
  await twitch.say('polled', 'ann', 'hello again')
  await expect(battle.messages('polled')).toHaveText('2')
})

test('shows a lost Twitch connection, rejoins, and marks the gap', async ({ battle, twitch, request }) => {
  await openWithMessage(battle, twitch, 'dropped')
  await twitch.do({ do: 'refuse' })
  await twitch.do({ do: 'drop' })
  await expect(battle.status('dropped')).toHaveAttribute('data-status', 'reconnecting')
  await battle.expectAccessible()
  // The chart marks gaps from 1 s on.
  const droppedAtMs = Date.now()
  await expect.poll(() => Date.now() - droppedAtMs).toBeGreaterThan(1500)
  await twitch.do({ do: 'accept' })
  await expect(battle.status('dropped')).toHaveAttribute('data-status', 'live', { timeout: 40_000 })
  await twitch.say('dropped', 'ann', 'after')
  await expect(battle.messages('dropped')).toHaveText('2')
  await expect(
    battle.card('dropped').getByRole('img', { name: /1 gap in which messages may be missing/ }),
  ).toBeVisible()
  const answer = await request.get('/api/snapshots?channels=dropped')
  const { snapshots } = (await answer.json()) as { snapshots: { status: { gaps: unknown[] } }[] }
  expect(snapshots[0]?.status.gaps).toHaveLength(1)
  await battle.expectAccessible()
})

test('shows that figures are stale while nothing is processed', async ({ battle, twitch, system }) => {
  await openWithMessage(battle, twitch, 'delayed')
  const processor = named(system.processes, 'processor')
  await processor.stop(5000)
  await expect(battle.status('delayed')).toHaveAttribute('data-status', 'stale', { timeout: 40_000 })
  await battle.expectAccessible()
  await twitch.say('delayed', 'ann', 'meanwhile')
  await processor.start()
  await expect(battle.messages('delayed')).toHaveText('2')
  await expect(battle.status('delayed')).toHaveAttribute('data-status', 'live')
})

for (const name of ['processor', 'ingest']) {
  test(`counts every message exactly once when the ${name} is killed`, async ({ battle, twitch, system }) => {
    const login = `killed_${name}`
    await battle.open([login])
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
    for (let index = 0; index < 20; index++) await twitch.say(login, `ann${index % 3}`, 'before')
    await expect(battle.messages(login)).toHaveText('20')
    const supervisor = named(system.processes, name)
    const { deaths } = supervisor
    process.kill(supervisor.pid ?? 0, 'SIGKILL')
    await expect.poll(() => supervisor.deaths > deaths && supervisor.pid).toBeTruthy()
    if (name === 'ingest') {
      await expect.poll(() => twitch.joined(), { timeout: 40_000 }).not.toContain(login)
      await expect.poll(() => twitch.joined(), { timeout: 40_000 }).toContain(login)
    }
    for (let index = 0; index < 20; index++) await twitch.say(login, `ann${index % 3}`, 'after')
    await expect(battle.messages(login)).toHaveText('40', { timeout: 40_000 })
    await expect(battle.chatters(login)).toHaveText('3')
  })
}

test('counts messages that were sent while Kafka was away', async ({ battle, twitch, system, request }) => {
  test.setTimeout(150_000)
  const health = async () => (await request.get('/api/health')).status()
  await openWithMessage(battle, twitch, 'kafkaless')
  const kafka = named(system.processes, 'kafka')
  await kafka.stop(5000)
  for (let index = 0; index < 30; index++) await twitch.say('kafkaless', `ben${index}`, 'meanwhile')
  await expect.poll(health, { timeout: 30_000 }).toBe(503)
  await kafka.start()
  await expect(battle.messages('kafkaless')).toHaveText('31', { timeout: 90_000 })
  await twitch.say('kafkaless', 'cat', 'after')
  await expect(battle.messages('kafkaless')).toHaveText('32', { timeout: 30_000 })
  await expect(battle.status('kafkaless')).toHaveAttribute('data-status', 'live', { timeout: 30_000 })
  expect(await health()).toBe(200)
})
