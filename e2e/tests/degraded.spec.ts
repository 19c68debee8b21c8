import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, named, test, type BattlePage } from '../src/fixtures.ts'
import { failAbout } from '../src/fail-about.ts'
import { hasStarted } from '../src/has-started.ts'

const search = (battle: BattlePage) => new URL(battle.page.url()).search

test('adds, removes and navigates channels without a server', async ({ battle, page, system }) => {
  await battle.open(['click1', 'click2'])
  for (const login of ['click1', 'click2'])
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  const away = ['web', 'gateway'].map((name) => named(system.processes, name))
  await Promise.all(away.map((service) => service.stop(5000)))
  try {
    await page.getByRole('button', { name: 'Stop click2' }).click()
    await expect(battle.card('click2')).toHaveCount(0)
    await battle.input.fill('click3')
    await battle.input.press('Enter')
    await expect(battle.card('click3')).toBeVisible()
    await expect.poll(() => search(battle)).toBe('?channels=click1,click3')
    await page.goBack()
    await expect(battle.card('click3')).toHaveCount(0)
    await page.goBack()
    await expect(battle.card('click2')).toBeVisible()
    await expect.poll(() => search(battle)).toBe('?channels=click1,click2')
    await page.goForward()
    await expect(battle.card('click2')).toHaveCount(0)
    await page.getByRole('link', { name: 'Chat Battle' }).click()
    await expect(page.getByRole('heading', { name: 'Whose chat is louder?' })).toBeVisible()
    await page.goBack()
    await expect(battle.card('click1')).toBeVisible()
    await battle.expectAccessible()
  } finally {
    await Promise.all(away.map((service) => service.start()))
  }
  await expect(battle.status('click1')).toHaveAttribute('data-status', 'live')
})

test('links to the start page from an unknown address, also where its data cannot be fetched', async ({
  battle,
  page,
}) => {
  await page.goto('/nothing/here')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page.')
  await battle.expectAccessible()
  let hasAborted = false
  await page.route(/__data\.json/, (route) => {
    hasAborted = true
    return route.abort()
  })
  await page.getByRole('link', { name: 'Go to the start page' }).click()
  // The browser then loads the page as a whole.
  await expect(battle.input).toBeVisible()
  expect(hasAborted).toBe(true)
})

test('says that a page failed on the server, without loading everything again', async ({ battle, page }) => {
  await failAbout(page)
  await page.goto('/replay')
  await hasStarted(page)
  const loads: string[] = []
  page.on('request', (request) => {
    if (request.resourceType() === 'document') loads.push(request.url())
  })
  await page.locator('header a[href="/about"]').click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The page could not be loaded.')
  await expect(page.getByText('500')).toBeVisible()
  await battle.expectAccessible()
  expect(loads).toEqual([])
})

for (const [how, block] of [
  ['is refused', 'refuse'],
  ['is closed at once', 'close'],
  ['never answers', 'hang'],
] as const) {
  test(`shows live figures by long polling when WebSocket ${how}`, async ({ battle, page, twitch }) => {
    const login = `blocked_${block}`
    const polls: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('transport=polling')) polls.push(request.method())
    })
    if (block === 'refuse') {
      await page.addInitScript(() => {
        // A failed handshake: the browser fires `error` before `close`.
        class Refused extends EventTarget {
          onerror: ((event: Event) => void) | null = null
          constructor() {
            super()
            setTimeout(() => this.onerror?.(new Event('error')))
          }
          close() {
            return undefined
          }
        }
        Object.assign(window, { WebSocket: Refused })
      })
    } else {
      await page.routeWebSocket(/\/socket\.io\//, (socket) =>
        block === 'close' ? socket.close() : undefined,
      )
    }
    await battle.open([login])
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
    await expect.poll(() => polls).toContain('POST')
    await twitch.say(login, 'ann', 'hello')
    await expect(battle.messages(login)).toHaveText('1')
  })
}

test('reports the rate limit, waits for Retry-After, and continues by itself', async ({ battle, page }) => {
  const live = await battle.interceptLive()
  live.cut()
  let refusals = 0
  let isRefusing = true
  await page.route(/\/api\//, async (route) => {
    if (!isRefusing) return route.continue()
    refusals++
    return route.fulfill({
      status: 429,
      headers: { 'retry-after': '6' },
      json: { error: { kind: 'rate_limited', message: 'wait' } },
    })
  })
  await battle.open(['slowed1'])
  await expect(battle.status('slowed1')).toHaveAttribute('data-status', 'slowed')
  await expect(battle.status('slowed1')).toContainText('Too many requests came from your network')
  expect(refusals).toBe(1)
  await battle.expectAccessible()
  isRefusing = false
  await expect(battle.status('slowed1')).toHaveAttribute('data-status', 'polling')
})

test('retries a refused subscription until it succeeds', async ({ battle, page }) => {
  const { message, accept } = await battle.refuseSubscriptions()
  await battle.open(['again1'])
  await expect(battle.status('again1')).toHaveAttribute('data-status', 'waiting')
  await expect(page.getByText(`again1: ${message}`)).toBeVisible()
  await battle.expectAccessible()
  accept()
  await expect(battle.status('again1')).toHaveAttribute('data-status', 'live')
  await expect(page.getByText(`again1: ${message}`)).toHaveCount(0)
})

test('polls a channel by its id, and offers the channel whose login has the same digits', async ({
  battle,
  page,
  twitch,
  request,
}) => {
  const id = derivedRoomId('byid')
  await request.post('/api/watch?channels=byid')
  const state = async () => {
    const answer = await request.get('/api/snapshots?channels=byid')
    return ((await answer.json()) as { snapshots: { status: { state: string } | null }[] }).snapshots[0]
      ?.status?.state
  }
  await expect.poll(state).toBe('joined')
  await twitch.say('byid', 'ann', 'hello')
  const live = await battle.interceptLive()
  live.cut()
  await battle.open()
  await battle.input.fill(id)
  await expect(page.getByText(`type @${id}`)).toBeVisible()
  await battle.input.press('Enter')
  await expect(battle.status('byid')).toHaveAttribute('data-status', 'polling')
  await expect(battle.messages('byid')).toHaveText('1')
  await expect.poll(() => search(battle)).toBe('?channels=byid')
  await page.getByRole('link', { name: `Show the channel whose name is ${id}` }).click()
  await expect(battle.card(id)).toBeVisible()
  await expect(battle.card('byid')).toHaveCount(0)
  expect(search(battle)).toBe(`?channels=@${id}`)
})

test('reports the parts of an address that it does not show', async ({ battle, page }) => {
  await page.goto('/?channels=fit1,videos,fit2&channels=fit3,no!,fit4,fit5&channel=other')
  const alert = page.getByRole('alert')
  for (const part of [
    '“no!” in the address is not shown. A channel name has 1 to 25 letters',
    'twitch.tv/videos is a page of Twitch',
    'Four channels fit. Not shown: fit5.',
    'names “channels” more than once',
    '“channel=” in the address is not read',
  ])
    await expect(alert.getByText(part)).toBeVisible()
  for (const login of ['fit1', 'fit2', 'fit3', 'fit4']) await expect(battle.card(login)).toBeVisible()
  await battle.expectAccessible()
  await alert.getByRole('button', { name: 'Dismiss' }).first().click()
  await expect(alert.getByRole('button', { name: 'Dismiss' })).toHaveCount(4)
  await page.getByRole('button', { name: 'Stop fit4' }).click()
  await expect(alert.getByRole('button', { name: 'Dismiss' })).toHaveCount(0)
})

test('says that its scripts were not loaded, and nothing of the kind otherwise', async ({ battle, page }) => {
  const notice = page.getByText('The scripts of this page could not be loaded')
  await page.route(/\/_app\/immutable\/.*\.js$/, (route) => route.abort())
  await page.goto('/')
  await expect(notice).toBeVisible()
  await battle.expectAccessible()
  await page.unroute(/\/_app\/immutable\/.*\.js$/)
  await page.getByRole('link', { name: 'Load it again' }).click()
  await expect(page.getByTestId('on-now').or(page.getByText('No chat is being read yet'))).toBeVisible()
  await expect(notice).toHaveCount(0)
})
