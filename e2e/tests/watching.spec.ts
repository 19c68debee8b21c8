import { clearchat, usernotice, type Room } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, test, type BattlePage } from '../src/fixtures.ts'
import { person } from '../src/twitch-control.ts'

const room = (login: string) => ({ login, id: derivedRoomId(login) })

test('joins a typed channel, counts it exactly, and stops it', async ({ battle, twitch, page }) => {
  await battle.open()
  await battle.input.fill('  Exact1 ')
  await battle.input.press('Enter')
  await expect(battle.status('exact1')).toHaveAttribute('data-status', 'live')
  await expect(battle.input).toHaveValue('')
  expect(new URL(page.url()).search).toBe('?channels=exact1')

  for (let index = 0; index < 12; index++) await twitch.say('exact1', `writer${index % 5}`, `line ${index}`)
  await twitch.say('exact1', 'writer0', 'Kappa 🎉 Kappa', { emotes: '25:0-4,8-12' })
  const twice = await twitch.say('exact1', 'writer1', 'said once')
  await twitch.say('exact1', 'writer1', 'said once', { id: twice })
  await twitch.say('exact1', 'nightbot', 'I am a bot')
  await twitch.say('exact1', 'spammer', 'buy my things')
  await twitch.line('exact1', clearchat(room('exact1'), person('spammer'), Date.now(), 600))
  await twitch.line(
    'exact1',
    usernotice(room('exact1'), person('writer2'), {
      id: 'n1',
      timestamp: Date.now(),
      kind: 'resub',
      systemMessage: 'again',
      text: 'not a message',
    }),
  )

  await expect(battle.messages('exact1')).toHaveText('16')
  await expect(battle.chatters('exact1')).toHaveText('7')
  const card = battle.card('exact1')
  await expect(card.getByRole('listitem').filter({ hasText: 'Kappa' })).toHaveText(/Kappa\s*2/)
  await expect(card.getByRole('listitem').filter({ hasText: 'writer0' })).toHaveText(/writer0\s*4/)
  await expect(card.getByRole('listitem').filter({ hasText: 'nightbot' })).toHaveText(/nightbot\s*bot\s*1/)
  await expect(card.getByText('spammer')).toHaveCount(0)
  await expect(card.getByRole('listitem').filter({ hasText: 'resub' })).toHaveText(/1\s*resub/)

  await battle.card('exact1').getByRole('button', { name: 'Stop exact1' }).click()
  await expect(card).toHaveCount(0)
  expect(new URL(page.url()).search).toBe('')
})

test('shows four channels side by side by a shareable link, and accepts no fifth', async ({
  battle,
  twitch,
  page,
}) => {
  const channels = ['side1', 'side2', 'side3', 'side4']
  await page.setViewportSize({ width: 1440, height: 900 })
  await battle.open(channels)
  for (const login of channels) await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  for (const [index, login] of channels.entries()) {
    for (let line = 0; line <= index; line++) await twitch.say(login, `one${line}`, 'hello')
  }
  for (const [index, login] of channels.entries())
    await expect(battle.messages(login)).toHaveText(String(index + 1))
  const tops = await Promise.all(channels.map(async (login) => (await battle.card(login).boundingBox())?.y))
  expect(new Set(tops).size).toBe(1)
  await expect(battle.input).toBeDisabled()
  await expect(battle.startButton).toBeDisabled()
  await battle.expectAccessible()

  await page.reload()
  for (const [index, login] of channels.entries())
    await expect(battle.messages(login)).toHaveText(String(index + 1))
})

test('shows the channels that are typed at once, and says when they are too many', async ({
  battle,
  page,
}) => {
  await battle.open([])
  await battle.input.fill('together1, together2 together3, together4, together5')
  await expect(page.getByText('At most four channels fit.')).toBeVisible()
  await expect(battle.startButton).toBeDisabled()
  await battle.input.fill('together1, together2 twitch.tv/together3')
  await battle.startButton.click()
  for (const login of ['together1', 'together2', 'together3'])
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  await expect(page).toHaveURL(/channels=together1,together2,together3$/)
})

test('renders figures on the server for the first paint', async ({ battle, twitch, request, page }) => {
  await battle.open(['painted'])
  await expect(battle.status('painted')).toHaveAttribute('data-status', 'live')
  await twitch.say('painted', 'ann', 'hello')
  await expect(battle.messages('painted')).toHaveText('1')
  const html = await (await request.get('/?channels=painted')).text()
  expect(html).toMatch(/data-testid="message-count"[^>]*>1</)
  const { id } = room('painted')
  expect(await (await request.get(`/?channels=${id}`)).text()).toMatch(/data-testid="channel-painted"/)
  await page.goto(`/?channels=${id}`)
  await expect.poll(() => new URL(page.url()).search).toBe('?channels=painted')
})

test('refuses an invalid channel name while it is typed, by keyboard alone', async ({ battle, page }) => {
  await battle.open()
  await battle.input.pressSequentially('no-dashes')
  await expect(page.getByText('1 to 25 letters, digits or underscores')).toBeVisible()
  await expect(battle.startButton).toBeDisabled()
  await battle.input.press('Enter')
  await expect(page.getByTestId(/^channel-/)).toHaveCount(0)
  await battle.input.press('Escape')
  await expect(battle.input).toHaveValue('')
  await battle.input.pressSequentially('https://www.twitch.tv/Pasted1')
  await page.keyboard.press('Tab')
  await expect(battle.startButton).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(battle.card('pasted1')).toBeVisible()
  await battle.input.fill('PASTED1')
  await expect(page.getByText('pasted1 is already shown')).toBeVisible()
})

test('shows that a channel does not exist or is suspended', async ({ battle, twitch }) => {
  await twitch.do({ do: 'missing', channel: 'nosuchchannel' })
  await twitch.do({ do: 'suspended', channel: 'suspendedone' })
  await battle.open(['nosuchchannel', 'suspendedone'])
  await expect(battle.status('suspendedone')).toHaveAttribute('data-status', 'suspended')
  await battle.expectAccessible()
  await expect(battle.status('nosuchchannel')).toHaveAttribute('data-status', 'not_found')
})

test('keeps a useful keyboard focus after Start and Stop, with a heading in every view', async ({
  battle,
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await battle.open(['focus1', 'focus2', 'focus3'])
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Chats of focus1, focus2, focus3')
  // Without a name there is nothing to start, which only a page that is alive knows.
  await expect(battle.startButton).toBeDisabled()
  await battle.input.fill('focus4')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(battle.card('focus4')).toBeVisible()
  await expect(battle.input).toBeFocused()
  await expect(battle.input).toBeDisabled()
  await page.keyboard.type('x')
  await expect(battle.input).toHaveValue('')
  await battle.expectAccessible()
  const standings = page.getByRole('region', { name: 'Standings' })
  for (const login of ['focus1', 'focus2', 'focus3', 'focus4'])
    await expect(standings.getByText(login)).toBeInViewport()

  const stop = async (login: string) => {
    await page.getByRole('button', { name: `Stop ${login}` }).focus()
    await page.keyboard.press('Enter')
  }
  await stop('focus2')
  await expect(page.getByRole('heading', { name: 'focus3', exact: true })).toBeFocused()
  await stop('focus4')
  await expect(page.getByRole('heading', { name: 'focus3', exact: true })).toBeFocused()
  await stop('focus1')
  await stop('focus3')
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
})

test('accepts logins that begin with an underscore or have digits only', async ({ battle, page, twitch }) => {
  await battle.open(['_old1'])
  await battle.input.fill('@900')
  await battle.input.press('Enter')
  for (const login of ['_old1', '900']) {
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
    await twitch.say(login, 'ann', 'hello')
    await expect(battle.messages(login)).toHaveText('1')
  }
  expect(new URL(page.url()).search).toBe('?channels=_old1,@900')
})

test('adds a channel before the scripts of the page run', async ({ battle, page }) => {
  await page.route(/\/_app\/.*\.js/, (route) => route.abort())
  await battle.open(['early1'])
  await battle.input.fill('@901')
  await battle.input.press('Enter')
  await expect(page).toHaveURL(/\/\?channels=early1,@901$/)
  await expect(battle.card('901')).toBeVisible()
  await battle.input.fill('no!')
  await battle.startButton.click()
  await expect(page.getByText('“no!” in the address is not shown.')).toBeVisible()
})

test('shows a silent channel as live, with zeros', async ({ battle }) => {
  await battle.open(['silentone'])
  await expect(battle.status('silentone')).toHaveAttribute('data-status', 'live')
  await expect(battle.messages('silentone')).toHaveText('0')
})

/** Shows a channel by an id that the gateway does not know yet, and then by its login. */
async function showTwice(battle: BattlePage, { login, id }: Room): Promise<void> {
  await battle.open([id])
  await expect(battle.status(id)).toHaveAttribute('data-status', 'live')
  await battle.input.fill(login)
  await battle.input.press('Enter')
  await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
}

test('merges the cards of one channel when its login and id are known to be the same', async ({
  battle,
  twitch,
}) => {
  const live = await battle.interceptLive()
  const { login, id } = room('twin')
  await showTwice(battle, { login, id })
  live.cut()
  await expect(battle.status(login)).toHaveAttribute('data-status', 'polling')
  live.restore()
  await expect(battle.card(id)).toHaveCount(0)
  await twitch.say(login, 'ann', 'hello')
  await expect(battle.messages(login)).toHaveText('1')
})

test('keeps a channel when its other name is stopped', async ({ battle, twitch, page }) => {
  const { login, id } = room('namesake')
  await showTwice(battle, { login, id })
  await page.getByRole('button', { name: `Stop ${id}` }).click()
  await expect(battle.card(id)).toHaveCount(0)
  await twitch.say(login, 'ann', 'hello')
  await expect(battle.messages(login)).toHaveText('1')
})

for (const [name, offMs] of [
  ['ahead', 120_000],
  ['behind', -120_000],
] as const) {
  test(`shows the right pace with a clock that is two minutes ${name}`, async ({ battle, twitch, page }) => {
    await page.addInitScript((milliseconds) => {
      const now = Date.now
      Date.now = () => now() + milliseconds
    }, offMs)
    await battle.open([name])
    await expect(battle.messages(name)).toHaveText('0')
    await twitch.say(name, 'ann', 'hello')
    await expect(battle.pace(name)).not.toHaveText('0')
    await expect(battle.status(name)).toHaveAttribute('data-status', 'live')
  })
}

test("shows the gateway's refusal until it is dismissed", async ({ battle, page }) => {
  const { message } = await battle.refuseSubscriptions()
  await battle.open(['refused'])
  const refusal = page.getByText(`refused: ${message}`)
  await expect(refusal).toBeVisible()
  await battle.expectAccessible()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(refusal).toHaveCount(0)
})
