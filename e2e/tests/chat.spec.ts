import type { Locator, Page } from '@playwright/test'
import { clearchat, clearmsg, privmsg, type Person } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, test, type BattlePage } from '../src/fixtures.ts'
import { person } from '../src/twitch-control.ts'

const room = (login: string) => ({ login, id: derivedRoomId(login) })

/** The chat pane, by what a person sees. */
class Pane {
  readonly root: Locator
  readonly list: Locator
  readonly lines: Locator
  readonly newest: Locator

  constructor(page: Page) {
    this.root = page.getByTestId('chat')
    this.list = this.root.getByRole('group', { name: 'Messages', exact: true })
    this.lines = this.list.getByRole('listitem')
    this.newest = this.root.locator('.newest')
  }

  line(text: string): Locator {
    return this.lines.filter({ hasText: text })
  }
}

async function open(battle: BattlePage, page: Page, channels: string[]): Promise<Pane> {
  await page.goto(`/?channels=${channels.join(',')}&side=chat`)
  for (const login of channels) await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  const pane = new Pane(page)
  await expect(pane.root.getByText('No messages yet.')).toBeVisible()
  return pane
}

test('shows the chats of a battle in one feed, each message with what belongs to it', async ({
  battle,
  twitch,
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'light' })
  const pane = await open(battle, page, ['feed1', 'feed2'])
  const moderator: Person = {
    ...person('mona'),
    displayName: 'Mona',
    isSubscriber: true,
    badges: 'moderator/1',
  }
  await twitch.say('feed1', 'ann', 'see https://example.com/a?b, @Feed1 javascript:alert(1)', {
    isFirst: true,
  })
  await twitch.line(
    'feed2',
    privmsg(room('feed2'), moderator, {
      id: 'feed-m',
      timestamp: Date.now(),
      text: 'Kappa well said',
      emotes: '25:0-4',
      replyTo: { id: 'x', person: person('ben') },
      bits: 100,
    }),
  )
  await twitch.say('feed1', 'cy', 'waves', { isAction: true })
  await twitch.say('feed2', 'dora', 'from elsewhere', { source: { roomId: room('feed1').id, id: 'orig' } })

  await expect(pane.lines).toHaveText([
    /^\s*feed1\s*First\s*ann:\s*see https:\/\/example\.com\/a\?b, @Feed1 javascript:alert\(1\)\s*$/,
    /^\s*feed2\s*Mod\s*Sub\s*Mona:\s*replies to ben\s*well said\s*100 bits\s*$/,
    /^\s*feed1\s*cy\s*waves\s*$/,
    /^\s*feed2\s*from feed1\s*dora:\s*from elsewhere\s*$/,
  ])
  const links = pane.list.getByRole('link')
  await expect(links).toHaveCount(1)
  await expect(links).toHaveAttribute('href', 'https://example.com/a?b')
  await expect(links).toHaveAttribute('rel', 'noopener noreferrer nofollow ugc')
  await expect(
    pane.line('well said').getByText('Kappa').or(pane.line('well said').getByAltText('Kappa')),
  ).toBeVisible()
  await battle.expectAccessible()
  await page.emulateMedia({ colorScheme: 'dark' })
  await battle.expectAccessible()

  await page.getByText('Figures only').click()
  await expect(pane.root).toHaveCount(0)
  expect(new URL(page.url()).search).toBe('?channels=feed1,feed2')
  await page.goBack()
  await expect(pane.lines).toHaveCount(4)
})

test('lets go of the rows that left the list, with their pictures', async ({ battle, twitch, page }) => {
  const pane = await open(battle, page, ['pictured'])
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const nodes = async () => {
    await devtools.send('HeapProfiler.collectGarbage')
    const { metrics } = await devtools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'Nodes')?.value ?? NaN
  }
  const say = async (from: number, to: number) => {
    for (let index = from; index < to; index++)
      await twitch.say('pictured', `w${index}`, `Kappa ${index}`, { emotes: '25:0-4' })
    await expect(pane.line(`${to - 1}`).getByAltText('Kappa')).toBeVisible()
  }
  await say(0, 60)
  const before = await nodes()
  await say(60, 200)
  // The list has as many rows as before. A row has about 20 nodes.
  await expect.poll(nodes).toBeLessThan(before + 500)
})

test('stands still under the pointer and by a key, and counts what is new', async ({
  battle,
  twitch,
  page,
}) => {
  const pane = await open(battle, page, ['still'])
  for (let index = 0; index < 40; index++) await twitch.say('still', `w${index}`, `line ${index}`)
  await expect(pane.line('line 39')).toBeVisible()
  await pane.list.hover()
  const before = await pane.line('line 39').boundingBox()
  for (let index = 40; index < 45; index++) await twitch.say('still', `w${index}`, `line ${index}`)
  await expect(pane.newest).toHaveText('↓ 5 new messages')
  expect(await pane.line('line 39').boundingBox()).toEqual(before)
  await expect(pane.line('line 44')).toHaveCount(0)
  await pane.newest.click()
  await expect(pane.line('line 44')).toBeInViewport()
  await expect(pane.newest).toHaveCount(0)

  // Scrolled up, with the pointer elsewhere.
  await pane.list.focus()
  await page.mouse.move(0, 0)
  await page.keyboard.press('Home')
  await expect(pane.line('line 0')).toBeInViewport()
  await twitch.say('still', 'late', 'line 45')
  await expect(pane.newest).toHaveText('↓ 1 new message')
  await expect(pane.line('line 0')).toBeInViewport()
  await page.keyboard.press('End')
  await expect(pane.line('line 45')).toBeInViewport()

  await page.keyboard.press('p')
  await expect(pane.newest).toHaveText('Paused · To the newest')
  await twitch.say('still', 'later', 'line 46')
  await expect(pane.newest).toHaveText('↓ 1 new message')
  await battle.expectAccessible()
  await page.keyboard.press('p')
  await expect(pane.line('line 46')).toBeInViewport()
})

test('hides moderated messages at once, also while it stands still and after a reconnect', async ({
  battle,
  twitch,
  page,
}) => {
  const live = await battle.interceptLive()
  const pane = await open(battle, page, ['clean'])
  const bad = await twitch.say('clean', 'ann', 'bad words of ann')
  await twitch.say('clean', 'spam', 'buy this')
  await twitch.say('clean', 'ben', 'fine words')
  await expect(pane.lines).toHaveCount(3)
  await twitch.line('clean', clearmsg(room('clean'), person('ann'), bad, Date.now()))
  await expect(pane.lines).toHaveCount(2)
  await expect(page.getByText('bad words')).toHaveCount(0)

  await pane.list.hover()
  const before = await pane.line('fine words').boundingBox()
  await twitch.line('clean', clearchat(room('clean'), person('spam'), Date.now(), 600))
  await expect(pane.line('Removed')).toHaveCount(1)
  await expect(pane.root.getByText('buy this')).toHaveCount(0)
  expect(await pane.line('fine words').boundingBox()).toEqual(before)
  await page.mouse.move(0, 0)
  await expect(pane.lines).toHaveText([/fine words/])

  const missed = await twitch.say('clean', 'ann', 'soon deleted')
  await expect(pane.lines).toHaveCount(2)
  live.cut()
  await expect(pane.root.getByText(/live connection is lost/)).toBeVisible()
  await twitch.line('clean', clearmsg(room('clean'), person('ann'), missed, Date.now()))
  await twitch.say('clean', 'cy', 'meanwhile')
  live.restore()
  await expect(pane.lines).toHaveText([/fine words/, /meanwhile/])
})

test('puts repeats into one line, and filters without losing a message', async ({ battle, twitch, page }) => {
  const pane = await open(battle, page, ['sieve'])
  await twitch.say('sieve', 'ann', 'POG')
  for (const name of ['ben', 'cy', 'dora']) await twitch.say('sieve', name, 'pog')
  for (let index = 0; index < 8; index++) await twitch.say('sieve', `w${index}`, 'Pog')
  await twitch.say('sieve', 'eve', 'what is this?')
  await twitch.say('sieve', 'finn', 'see twitch.tv/sieve')
  await twitch.say('sieve', 'gus', 'hello @sieve', { isFirst: true })
  await twitch.line(
    'sieve',
    privmsg(
      room('sieve'),
      { ...person('hana'), isSubscriber: true },
      { id: 'sieve-sub', timestamp: Date.now(), text: 'for months' },
    ),
  )
  await expect(pane.lines).toHaveText([/ann:\s*POG\s*×12/, /eve:/, /finn:/, /gus:/, /hana:/])

  await pane.root.getByRole('button', { name: 'Filter' }).press('Enter')
  await pane.root.getByRole('button', { name: 'Questions' }).click()
  await expect(pane.lines).toHaveText([/eve:/])
  await expect(pane.root.getByTestId('filtered')).toContainText('1 of 16 messages shown.')
  await pane.root.getByRole('button', { name: 'Mentions' }).click()
  await expect(pane.lines).toHaveText([/eve:/, /gus:/])
  await battle.expectAccessible()
  await pane.root.getByRole('button', { name: 'Show all' }).click()
  for (const [kind, author] of [
    ['First-timers', /gus:/],
    ['Subscribers', /hana:/],
    ['Links', /finn:/],
  ] as const) {
    const button = pane.root.getByRole('button', { name: kind })
    await button.click()
    await expect(pane.lines).toHaveText([author])
    await button.click()
  }
  await pane.root.getByRole('searchbox', { name: 'Words or names' }).fill('twi, cy')
  await expect(pane.lines).toHaveText([/cy:\s*pog/, /finn:/])
  await pane.root.getByRole('searchbox', { name: 'Words or names' }).fill('nothing')
  await expect(pane.root.getByText('No message matches the filter.')).toBeVisible()
  await pane.root.getByRole('button', { name: 'Show all' }).click()
  await pane.root.getByLabel('Repeats in one line').uncheck()
  // Those in view: the list is virtual.
  await expect(pane.line('w7:')).toHaveCount(1)
  await expect(pane.line('w6:')).toHaveCount(1)
  await expect(pane.root.getByText('×12')).toHaveCount(0)
})
