import { readFile } from 'node:fs/promises'
import { channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { pipeline } from '@chat-battle/contracts/rest/routes/get-pipeline'
import { clearmsg } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import type { Page } from '@playwright/test'
import { archived } from '../src/archived.ts'
import { expect, operatorToken, test as base, type BattlePage } from '../src/fixtures.ts'
import { Keyboard } from '../src/keyboard.ts'
import { momentOf, publishMoment } from '../src/moment-of.ts'
import { publish } from '../src/publish.ts'
import { person, type TwitchControl } from '../src/twitch-control.ts'

// docs/stories.md describes these stories. No test here uses a pointer; a headless browser has no keys for back and reload.
const test = base.extend<{ keys: Keyboard }>({
  keys: async ({ page }, use) => use(new Keyboard(page)),
})

/** Adds a channel by the key of the page and its name, and waits until it is read. */
async function add(keys: Keyboard, battle: BattlePage, login: string): Promise<void> {
  await keys.press('/')
  await keys.type(login)
  await keys.press('Enter')
  await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
}

async function write(twitch: TwitchControl, login: string, counts: readonly [string, number][]) {
  for (const [author, count] of counts)
    for (let line = 1; line <= count; line++) await twitch.say(login, author, `${author} ${line}`)
}

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

test.beforeEach(({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']))

test('a streamer watches the own channel, is told of a moment, and takes the stream home', async ({
  battle,
  keys,
  page,
  system,
  twitch,
}) => {
  const login = 'ownchat'
  const stream = {
    id: '6001',
    login,
    title: 'Chess with you',
    category: 'Chess',
    viewers: 120,
    startedAt: Date.now() - 40 * 60_000,
  }
  await twitch.do({ do: 'stream', channel: derivedRoomId(login), stream })
  await keys.open('/')
  await add(keys, battle, login)
  await write(twitch, login, [
    ['ann', 4],
    ['ben', 2],
    ['cy', 1],
  ])
  await expect(battle.messages(login)).toHaveText('7')
  await expect(battle.chatters(login)).toHaveText('3')

  await keys.press('a')
  const alerts = page.getByRole('dialog', { name: 'Alerts' })
  await expect(alerts).toBeVisible()
  await keys.goTo(alerts.getByRole('radio', { name: 'Messages' }), 1)
  await keys.press('ArrowLeft', 'Enter')
  await expect(alerts.getByTestId('rules')).toContainText('a moment in each shown channel')
  await keys.press('Escape')
  await publishMoment(
    system.kafkaPort,
    momentOf(login, { start: Date.now() - 5000, peak: Date.now() - 1000 }),
  )
  await expect(page.getByRole('status').filter({ hasText: 'ownchat: a moment, PogU' })).toBeVisible()

  await keys.press('m')
  const moments = page.getByRole('complementary', { name: 'Moments' })
  await expect(moments).toBeFocused()
  await expect(moments.getByRole('article')).toContainText('PogU written by 210 people')
  await expect(moments.getByRole('article')).toContainText('321 people · 1,234 messages')
  await keys.goTo(moments.getByRole('link', { name: /^Replay from 10 s before .*, ownchat$/ }), 2)
  await keys.press('m')
  await expect(moments).toHaveCount(0)

  await keys.press('1')
  await expect(battle.card(login).getByRole('heading', { name: login })).toBeFocused()
  await keys.goTo(battle.card(login).getByRole('link', { name: /^Streams/ }), 3)
  await keys.press('Enter')
  await expect(page).toHaveURL(/\/streams$/)
  const listed = page.getByTestId('stream-6001')
  await expect(async () => {
    if (!(await listed.isVisible())) await page.reload()
    await expect(listed.getByTestId('messages')).toHaveText('7', { timeout: 2000 })
  }).toPass()
  await keys.goToContent(listed.getByRole('link', { name: stream.title }), 4)
  await keys.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(stream.title)
  await expect(page.getByTestId('summary-messages')).toHaveText('7')
  await expect(page.getByTestId('summary-chatters')).toHaveText('3')
  await expect(page.getByTestId('summary-viewers-peak')).toHaveText('120')

  await keys.goToContent(page.getByRole('link', { name: 'Print and files' }), 5)
  await keys.press('Enter')
  await keys.goTo(page.getByTestId('summary-export').getByRole('button', { name: 'CSV' }), 2)
  const saved = page.waitForEvent('download')
  await keys.press('Enter')
  const rows = (await readFile(await (await saved).path(), 'utf8')).trimEnd().split('\r\n')
  const cells = rows.at(-1)?.split(',') ?? []
  const total = Object.fromEntries((rows[0] ?? '').split(',').map((name, at) => [name, cells[at]]))
  const figures = { kind: 'total', message_count: '7', unique_chatters: '3', viewers_peak: '120' }
  expect(total).toMatchObject(figures)
})

test('a producer compares four chats, copies the verdict, and puts a vote on air', async ({
  battle,
  keys,
  page,
  twitch,
}) => {
  const channels = ['onair1', 'onair2', 'onair3', 'onair4']
  await keys.open('/')
  for (const login of channels) await add(keys, battle, login)
  for (const [index, login] of channels.entries()) await write(twitch, login, [['ann', 4 - index]])
  // The pace of a chat that was joined later counts less time: the order depends on how long the joins took.
  const rows = page.getByTestId('standings').locator('tbody tr')
  for (const [index, login] of channels.entries())
    await expect(rows.filter({ hasText: login })).toContainText(
      new RegExp(`[1-4]\\s*${login}\\s*${4 - index}0%`),
    )
  await keys.press('i')
  await expect(page.getByText(/^1\. .*onair1: \d+ per minute, 4 messages, 1 chatters\./)).toBeAttached()

  await keys.goTo(page.getByRole('radio', { name: 'Live', exact: true }), 3)
  await keys.press('ArrowRight')
  await expect(page).toHaveURL(/range=10m/)
  for (const [index, login] of channels.entries())
    await expect(page.getByTestId(`range-${login}`).getByTestId('range-messages')).toHaveText(
      String(4 - index),
    )
  await keys.press('y')
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  const [, messages, time, link] = (await clipboard(page)).split('\n')
  for (const [index, login] of channels.entries())
    expect(messages).toContain(`${login} ${4 - index} (${4 - index}0%)`)
  expect(time).toMatch(/^\d+ \w+, \d\d:\d\d – .* UTC$/)
  // The figures that were copied, and not those of whenever the link is opened.
  expect(link).toMatch(/\/\?channels=onair1,onair2,onair3,onair4&range=\d+-\d+$/)

  await keys.goTo(page.getByRole('link', { name: 'Overlay' }), 6, 'Shift+Tab')
  await keys.press('Enter')
  await keys.goToContent(page.getByLabel('Channels'), 1)
  await keys.type('onair1 onair2')
  const address = page.getByTestId('overlay-address')
  await expect(address).toHaveText('/overlay/onair1,onair2?layout=bar')
  await keys.goTo(page.getByRole('radio', { name: 'Bar' }), 1)
  const air = page.frameLocator('iframe')
  await expect(air.getByTestId('air-bar').getByRole('listitem')).toHaveText([
    /onair1\s*\d+%/,
    /onair2\s*\d+%/,
  ])
  for (const layout of ['curve', 'leaders', 'moment']) {
    await keys.press('ArrowRight')
    await expect(address).toHaveText(`/overlay/onair1,onair2?layout=${layout}`)
    if (layout !== 'moment') await expect(air.getByTestId(`air-${layout}`)).toBeVisible()
  }
  await keys.press('ArrowRight')
  await keys.goTo(page.getByLabel('Options'), 1)
  await keys.type('yes,no')
  await keys.goTo(page.getByRole('button', { name: 'Copy' }), 6)
  await keys.press('Enter')
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  const source = await clipboard(page)
  expect(source).toBe(new URL('/overlay/onair1?layout=vote&options=yes,no', page.url()).href)

  await page.goto(source)
  await expect(page.getByTestId('air-vote')).toHaveAttribute('data-phase', 'counting')
  for (const name of ['ann', 'ben', 'cat']) await twitch.say('onair1', name, 'yes')
  await twitch.say('onair1', 'cat', 'no')
  await expect(page.getByTestId('air-total')).toHaveText('3 people voted')
  await expect(page.getByTestId('air-vote').getByRole('listitem')).toHaveText([
    /yes\s*2 votes\s*67%/,
    /no\s*1 vote\s*33%/,
  ])
})

test('a moderator filters a burst, finds who said it, and sees what came before', async ({
  battle,
  keys,
  page,
  system,
  twitch,
}) => {
  const login = 'moderated'
  await keys.open('/')
  await add(keys, battle, login)
  const from = Math.floor(Date.now() / 1000) * 1000
  for (let line = 0; line < 30; line++)
    await twitch.say(login, `raider${line}`, 'RAID', { timestamp: from + line * 10 })
  await twitch.say(login, 'ann', 'who are they?', { timestamp: from + 500 })
  await twitch.say(login, 'rude', 'first words', { timestamp: from + 600 })
  await twitch.say(login, 'rude', 'a slur', { id: 'slur', timestamp: from + 700 })

  await keys.press('c')
  await expect(page.getByRole('complementary', { name: 'Chat' })).toBeFocused()
  const chat = page.getByTestId('chat')
  const lines = chat.getByRole('group', { name: 'Messages', exact: true }).getByRole('listitem')
  await expect(lines).toHaveText([/RAID\s*×30/, /who are they\?/, /first words/, /a slur/])
  const room = { login, id: derivedRoomId(login) }
  await twitch.line(login, clearmsg(room, person('rude'), 'slur', Date.now()))
  await expect(lines).toHaveCount(3)
  await keys.press('f')
  await expect(chat.getByRole('button', { name: 'Questions' })).toBeFocused()
  await keys.press('Enter')
  await expect(lines).toHaveText([/ann:\s*who are they\?/])
  await expect(chat.getByTestId('filtered')).toContainText('1 of 32 messages shown.')
  await keys.press('Escape')
  await expect(chat.getByRole('button', { name: 'Filter' })).toBeFocused()
  await keys.press('p')
  await expect(chat.getByRole('button', { name: 'Paused · To the newest' })).toBeVisible()
  await archived(system.url, login, { from, to: from + 60_000 }, 32)

  await keys.press('c')
  await keys.goTo(page.getByRole('link', { name: 'Search' }), 9, 'Shift+Tab')
  await keys.press('Enter')
  await keys.goToContent(page.getByLabel('Channel', { exact: true }), 1)
  await keys.type(login)
  await keys.goTo(page.getByLabel('Person'), 3)
  await keys.type('rude')
  await keys.press('Enter')
  await expect(page.getByLabel('Operator’s token')).toBeFocused()
  await keys.type(operatorToken)
  await keys.press('Enter')
  await expect(page.getByTestId('search-sum')).toHaveText(/^1\s*message matches\s*$/)
  await expect(page.getByTestId('search-results').getByRole('listitem')).toHaveText([/rude:\s*first words/])

  await keys.goTo(page.getByRole('link', { name: /^Replay from 10 seconds before/ }), 2)
  await keys.press('Enter')
  await expect(page.getByTestId('replay-state')).toHaveText('Playing')
  await keys.press(' ')
  await expect(page.getByTestId('replay-state')).toHaveText('Paused')
  await expect.poll(() => new URL(page.url()).searchParams.get('at')).toMatch(/^\d+$/)
  await keys.press('ArrowRight', '.')
  await expect(battle.messages(login)).toHaveText('33')
  await expect(page.getByTestId('replay-chat').getByText('first words', { exact: true })).toBeVisible()
  await expect(page.getByText('a slur')).toHaveCount(0)
})

test.describe('in another time zone', () => {
  test.use({ timezoneId: 'Asia/Kolkata' })

  test('a viewer finds live channels, compares two chats, shares them, and opts out', async ({
    battle,
    keys,
    page,
    request,
    twitch,
  }) => {
    await request.post('/api/watch?channels=viewed1')
    await expect.poll(() => twitch.joined()).toContain('viewed1')
    await write(twitch, 'viewed1', [
      ['vera', 40],
      ['ann', 30],
    ])
    await keys.open('/')
    const row = page.getByTestId('on-now').getByRole('row').filter({ hasText: 'viewed1' })
    await expect(row).toContainText(/viewed1.*70/)
    await keys.goToContent(row.getByRole('link'), 12)
    await keys.press('Enter')
    await expect(battle.messages('viewed1')).toHaveText('70')
    await add(keys, battle, 'viewed2')
    await write(twitch, 'viewed2', [['ben', 30]])
    await expect(page.getByTestId('standings').locator('tbody tr')).toContainText([
      /viewed1\s*70%/,
      /viewed2\s*30%/,
    ])

    await keys.goTo(page.getByRole('radio', { name: 'Live', exact: true }), 3)
    await keys.press('ArrowRight', 'ArrowRight')
    await expect(page).toHaveURL(/range=1h/)
    await keys.goTo(page.getByRole('combobox', { name: 'Compare with' }), 5)
    await keys.press('ArrowDown')
    await expect(page.getByTestId('differences').getByRole('listitem')).toHaveText([
      /viewed1\s*The chat was not read in one of both times/,
      /viewed2\s*The chat was not read in one of both times/,
    ])
    expect(new URL(page.url()).search).toBe('?channels=viewed1,viewed2&range=1h&compare=day')
    const html = await (await request.get(page.url())).text()
    expect(html).toMatch(/property="og:title" content="viewed1 · viewed2 – Chat Battle"/)
    expect(html).toMatch(/property="og:description" content="[^"]*(verdict|led)[^"]*"/)
    const [, picture = ''] = /property="og:image" content="https?:\/\/[^/]+([^"]+)"/.exec(html) ?? []
    expect((await request.get(picture.replaceAll('&amp;', '&'))).headers()['content-type']).toBe('image/png')

    await keys.goTo(page.getByRole('link', { name: 'About' }), 10, 'Shift+Tab')
    await keys.press('Enter')
    await expect(page.getByTestId('opt-out-command')).toHaveText('!optout')
    await twitch.say('viewed1', 'vera', '!optout')
    await page.goBack()
    const card = page.getByTestId('range-viewed1')
    await expect(card.getByRole('listitem').filter({ hasText: 'ann' })).toHaveText(/ann\s*30/)
    await expect(card.getByText('vera')).toHaveCount(0)

    await keys.goTo(page.getByRole('button', { name: 'Settings' }), 12)
    await keys.press('Enter')
    await keys.goTo(page.getByRole('radio', { name: 'English' }), 1)
    await keys.press('ArrowDown')
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await expect(page.getByRole('radio', { name: 'Deutsch' })).toBeFocused()
    const zone = page.getByLabel('Zeitzone')
    await expect(zone).toHaveValue(/^Asia\/(Kolkata|Calcutta)$/)
    await keys.goTo(zone, 1)
    await keys.type('UTC')
    await keys.goTo(page.getByLabel('Emotes ohne Bewegung'), 1)
    await keys.press(' ')
    await page.reload()
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await expect(zone).toHaveValue('UTC')
    await expect(page.getByLabel('Emotes ohne Bewegung')).toBeChecked()
  })
})

test('an operator sees what needs a look, reads a dead letter, and lets a person opt out', async ({
  keys,
  page,
  system,
}) => {
  await publish(system.kafkaPort, channelStatusTopic.name, 'unreadable', { state: 'of a later version' })
  await page.route('**/operator/pipeline', async (route) => {
    const answer = pipeline.parse(await (await route.fetch()).json())
    for (const group of answer.kafka?.groups ?? []) if (group.work === 'archive') group.lag = 70_000
    await route.fulfill({ json: answer })
  })
  await keys.open('/operator')
  await keys.press('Enter')
  await keys.goToContent(page.getByLabel('Operator’s token'), 1)
  await keys.type(operatorToken)
  await keys.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await expect(page.getByTestId('service-archive')).toContainText('70,000 records behind')
  await expect(page.getByTestId('service-archive')).not.toHaveAttribute('data-standing', 'good')
  await expect(page.getByTestId('room-verdict')).toContainText('Services')

  const letters = page.getByTestId('room-dead-letters')
  await keys.press('3')
  await expect(letters.getByRole('heading', { name: 'Dead letters' })).toBeFocused()
  await keys.goTo(letters.locator('summary').first(), 1)
  await keys.press('Enter')
  await expect(letters).toContainText('{"state":"of a later version"}')

  const optOuts = page.getByTestId('room-opt-outs')
  await keys.press('6')
  await keys.goTo(optOuts.getByLabel('Twitch id or login'), 1)
  await keys.type('700700700')
  await keys.press('Enter')
  const sure = page.getByRole('dialog', { name: 'Opt 700700700 out?' })
  await keys.goTo(sure.getByRole('button', { name: 'Opt out for good' }), 2)
  await keys.press('Enter')
  await expect(optOuts.getByRole('row').nth(1)).toHaveText(/by the operator\s*(running|done in)/)

  // The room lists the channels of other tests, too.
  await keys.goTo(page.getByRole('link', { name: 'About' }), 80, 'Shift+Tab')
  await keys.press('Enter')
  await expect(page.getByTestId('retention').getByRole('row')).toHaveText([
    /How long/,
    /24 hours/,
    /7 days/,
    /90 days/,
  ])
})
