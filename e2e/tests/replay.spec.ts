import { clearmsg } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { archived } from '../src/archived.ts'
import { expect, operatorToken, test } from '../src/fixtures.ts'
import { person, type TwitchControl } from '../src/twitch-control.ts'

const stepMs = 1000

/**
 * Two chats of half a minute, one message per second in the first one and every second second in the other. After five seconds the first
 * one has one more, which is deleted at the end.
 */
async function chatOf(twitch: TwitchControl, [one, two]: readonly [string, string], from: number) {
  for (let second = 0; second < 30; second++) {
    const at = { timestamp: from + second * stepMs }
    await twitch.say(one, `writer${second % 7}`, `line ${second}`, at)
    if (second === 5) await twitch.say(one, 'rude', 'to be deleted', { id: 'gone', timestamp: from + 5500 })
    if (second % 2 === 0) await twitch.say(two, 'ann', `other ${second}`, at)
  }
  const room = { login: one, id: derivedRoomId(one) }
  await twitch.line(one, clearmsg(room, person('rude'), 'gone', from + 29_500))
}

test('replays two chats with exact figures, by keyboard, and shows messages to the operator', async ({
  battle,
  twitch,
  page,
  system,
}) => {
  await battle.open(['replayed1', 'replayed2'])
  for (const login of ['replayed1', 'replayed2'])
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  const from = Math.floor(Date.now() / 1000) * 1000
  const to = from + 30_000
  await chatOf(twitch, ['replayed1', 'replayed2'], from)
  await expect(battle.messages('replayed1')).toHaveText('31')
  await expect(battle.messages('replayed2')).toHaveText('15')
  await archived(system.url, 'replayed1', { from, to }, 30)
  await archived(system.url, 'replayed2', { from, to }, 15)

  await page.goto(`/replay?channels=replayed1,replayed2&from=${from}&to=${to}&at=${from + 2000}`)
  const band = page.getByTestId('replay-band')
  const place = page.getByTestId('replay-place')
  await expect(band).toContainText('Recorded chat, not live')
  await expect(page.getByTestId('replay-state')).toHaveText('Playing')
  await page.keyboard.press(' ')
  await expect(page.getByTestId('replay-state')).toHaveText('Paused')
  for (const login of ['replayed1', 'replayed2'])
    await expect(battle.status(login)).toHaveAttribute('data-status', 'replay')

  await place.fill(String(from + 12_500))
  await expect(battle.messages('replayed1')).toHaveText('14')
  await expect(battle.messages('replayed2')).toHaveText('7')
  await page.locator('h1').focus()
  await page.keyboard.press('ArrowRight')
  await expect(battle.messages('replayed1')).toHaveText('24')
  await expect(battle.chatters('replayed1')).toHaveText('8')
  await page.keyboard.press(',')
  await expect(battle.messages('replayed1')).toHaveText('23')
  await page.keyboard.press('.')
  await expect(battle.messages('replayed1')).toHaveText('24')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(battle.messages('replayed1')).toHaveText('3')
  await expect(battle.messages('replayed2')).toHaveText('2')
  await expect.poll(() => new URL(page.url()).searchParams.get('at')).toBe(String(from + 2000))
  await battle.expectAccessible()

  const chat = page.getByTestId('replay-chat')
  await expect(chat).toContainText('to the operator only')
  await chat.getByLabel('Operator’s token').fill('another-token-of-somebody')
  await chat.getByRole('button', { name: 'Use this token' }).click()
  await expect(chat.getByRole('alert')).toHaveText('The installation refused this token.')
  await page.mouse.move(0, 0)
  await chat.getByLabel('Operator’s token').fill(operatorToken)
  await page.keyboard.press('Enter')
  await expect(chat.getByText('line 2', { exact: true })).toBeVisible()
  await expect(battle.messages('replayed1')).toHaveText('3')
  await page.reload()
  await expect(chat).toContainText('to the operator only')
  await chat.getByLabel('Operator’s token').fill(operatorToken)
  await page.keyboard.press('Enter')
  await place.fill(String(from + 6500))
  await expect(chat.getByText('line 6', { exact: true })).toBeVisible()
  await expect(chat.getByText(/^line \d+$/)).toHaveCount(7)
  await expect(chat.getByText(/^other \d+$/)).toHaveCount(4)
  await expect(chat.getByText('to be deleted')).toHaveCount(0)

  await page.getByText('20×').click()
  await expect(page.getByTestId('replay-state')).toHaveText('The end')
  await expect(battle.messages('replayed1')).toHaveText('31')
  await expect(battle.messages('replayed2')).toHaveText('15')
  await expect(page.getByTestId('replay-place')).toHaveJSProperty('valueAsNumber', to - 1)
  await expect(chat.getByText('line 29', { exact: true })).toBeVisible()
  await battle.expectAccessible()
})

test('says why a stretch cannot be replayed, and offers another', async ({ battle, page }) => {
  await page.goto(`/replay?channels=one&from=0&to=${Date.now()}`)
  await expect(page.getByRole('alert').first()).toHaveText(
    'A replay lasts at most 24 hours. Choose a shorter stretch.',
  )
  await expect(page.getByLabel('Channels, up to four')).toHaveValue('one')
  await battle.expectAccessible()
  const to = Date.now() - 60_000
  await page.goto(`/replay?channels=nobody_knows_me&from=${to - 60_000}&to=${to}`)
  await expect(page.getByTestId('replay-error')).toContainText('No records of this channel are known.')
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  await battle.expectAccessible()
})
