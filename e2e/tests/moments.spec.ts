import { createServer } from 'node:http'
import { once } from 'node:events'
import { expect, operatorToken, test } from '../src/fixtures.ts'
import { momentOf, publishMoment } from '../src/moment-of.ts'

test('lists moments as they happen, with what led them and their replay', async ({
  battle,
  page,
  twitch,
  system,
}) => {
  const send = (moment: ReturnType<typeof momentOf>) => publishMoment(system.kafkaPort, moment)
  await battle.open(['hyped'])
  await expect(battle.status('hyped')).toHaveAttribute('data-status', 'live')
  await twitch.say('hyped', 'ann', 'hello')
  await expect(battle.messages('hyped')).toHaveText('1')
  const feed = page.getByTestId('moments')
  await feed.scrollIntoViewIfNeeded()
  await expect(feed).toContainText('No moments yet.')

  const moment = momentOf('hyped', {})
  await send(moment)
  const card = feed.getByRole('article')
  await expect(card).toHaveCount(1)
  await expect(card).toContainText('7.3×')
  await expect(card).toContainText('PogU written by 210 people')
  await expect(card).toContainText('321 people · 1,234 messages · 62% positive · after a raid')
  await expect(card.getByText('now', { exact: true })).toBeVisible()
  await expect(card.getByRole('listitem')).toHaveText(['PogU PogU', 'what a play'])
  const href = await card
    .getByRole('link', { name: /^Replay from 10 s before .*, hyped$/ })
    .getAttribute('href')
  const address = new URL(href ?? '', page.url())
  expect(address.pathname).toBe('/replay')
  expect(address.searchParams.get('channels')).toBe('hyped')
  expect(address.searchParams.get('at')).toBe(String(moment.start - 10_000))
  await battle.expectAccessible()

  // A person's text is moderated, and the moment ends: the newest revision counts, also when an older one comes late.
  const [source] = moment.sample_sources.slice(1)
  const ended = {
    end: moment.start + 25_000,
    samples: ['what a play'],
    sample_sources: source ? [source] : [],
  }
  await send({ ...moment, ...ended, revision: 3 })
  await expect(card.getByRole('listitem')).toHaveText(['what a play'])
  await expect(card).toContainText('25 s · 321 people')
  await expect(card.getByText('now', { exact: true })).toHaveCount(0)

  // Beside the figures, and again after a reload: from the server's list.
  await page.getByText('Moments', { exact: true }).first().click()
  await expect(page).toHaveURL(/side=moments/)
  await page.reload()
  await expect(page.getByTestId('moments').getByRole('article')).toHaveCount(1)
  await expect(
    page.getByTestId('moments').getByRole('listitem').filter({ hasText: 'PogU PogU' }),
  ).toHaveCount(0)

  // Of a range: those that started in it, and as they happen.
  const rangeTo = (to: number) => `/?channels=hyped&range=${to - 60_000}-${to}`
  await page.goto(rangeTo(moment.start))
  // The feed is loaded when it is near, and figures above it come later.
  await expect(async () => {
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
    await expect(feed).toBeVisible({ timeout: 1000 })
  }).toPass()
  await expect(feed).toContainText('No moments in this range.')
  await page.goto(`${rangeTo(moment.start + 1)}&side=moments`)
  await expect(feed).toContainText('Of the shown range')
  await expect(card.getByRole('listitem')).toHaveText(['what a play'])
  await page.goto('/?channels=hyped&range=10m&side=moments')
  await expect(card).toHaveCount(1)
  await send(momentOf('hyped', { start: Date.now() - 5000, people: 99 }))
  await expect(card).toHaveCount(2)
  await expect(card.first()).toContainText('99 people')
})

test('reports what a rule waits for: in the page, as a notification and by a tone', async ({
  battle,
  page,
  twitch,
}) => {
  await page.addInitScript(() => {
    const calls: string[] = []
    Object.assign(window, { calls })
    const notify = function (title: string, { body }: { body: string }) {
      calls.push(`${title}: ${body}`)
    }
    const ask = () => {
      calls.push('asked')
      Object.assign(notify, { permission: 'granted' })
      return Promise.resolve('granted')
    }
    Object.assign(window, {
      Notification: Object.assign(notify, { permission: 'default', requestPermission: ask }),
    })
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (at) {
      calls.push('tone')
      start.call(this, at)
    }
  })
  const calls = () => page.evaluate(() => (window as unknown as { calls: string[] }).calls)
  await battle.open(['loud', 'quiet'])
  for (const login of ['loud', 'quiet']) {
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
    await twitch.say(login, 'ann', 'hello')
    await expect(battle.messages(login)).toHaveText('1')
  }
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Alerts' })
  await dialog.getByText('A word', { exact: true }).click()
  await dialog.getByLabel('Word or words').fill('good game')
  await dialog.getByLabel('Messages per minute, or more').fill('0')
  await dialog.getByRole('button', { name: 'Add the rule' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('Write a whole number from 1 to 100,000.')
  expect(await calls()).toEqual([])
  await dialog.getByLabel('Messages per minute, or more').fill('3')
  await dialog.getByLabel('Notify by the browser').check()
  await dialog.getByLabel('Play a sound').check()
  expect(await calls()).toEqual(['asked'])
  await dialog.getByRole('button', { name: 'Add the rule' }).click()
  await expect(dialog.getByTestId('rules')).toContainText(
    '3 messages per minute or more with “good game” in each shown channel',
  )
  await battle.expectAccessible()
  await dialog.getByRole('button', { name: 'Close' }).click()

  for (const [author, text] of [
    ['ann', 'Good game!'],
    ['bob', 'goods games'],
    ['nightbot', 'good game'],
    ['cat', 'so, good game'],
  ] as const)
    await twitch.say('loud', author, text)
  await twitch.say('quiet', 'ann', 'good game')
  await expect(battle.messages('loud')).toHaveText('5')
  await expect(page.getByTestId('toast')).toHaveCount(0)
  await twitch.say('loud', 'dan', 'GOOD GAME')
  const sentence = 'loud: 3 messages per minute with good game'
  await expect(page.getByTestId('toast')).toHaveText(sentence)
  await expect.poll(calls).toEqual(['asked', `Chat Battle: ${sentence}`, 'tone', 'tone'])

  await page.reload()
  await page.getByRole('button', { name: 'Alerts' }).click()
  await expect(page.getByTestId('rules').getByRole('listitem')).toHaveCount(1)
})

test('reports a pace, an emote and a moment by a real notification and an audible tone', async ({
  battle,
  context,
  page,
  twitch,
  system,
}) => {
  await context.grantPermissions(['notifications'])
  await page.addInitScript(() => {
    const shown: string[] = []
    /** The greatest level in decibels, by frequency in hertz. */
    const heard: Record<number, number> = { 660: -Infinity, 770: -Infinity, 880: -Infinity }
    Object.assign(window, { shown, heard })
    const Real = Notification
    window.Notification = class extends Real {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options)
        shown.push(`${title}: ${this.body}`)
      }
    }
    // Listens where the sound leaves the page: the last 0.7 s, several times in that.
    const connect = AudioNode.prototype.connect as (this: AudioNode, target: AudioNode) => AudioNode
    AudioNode.prototype.connect = function (this: AudioNode, target: AudioNode) {
      if (target instanceof AudioDestinationNode) {
        const ear = new AnalyserNode(this.context, { fftSize: 32768, smoothingTimeConstant: 0 })
        connect.call(this, ear)
        const levels = new Float32Array(ear.frequencyBinCount)
        setInterval(() => {
          ear.getFloatFrequencyData(levels)
          for (const hertz of Object.keys(heard).map(Number)) {
            const level = levels[Math.round((hertz * ear.fftSize) / ear.context.sampleRate)] ?? -Infinity
            heard[hertz] = Math.max(heard[hertz] ?? -Infinity, level)
          }
        }, 100)
      }
      return connect.call(this, target)
    } as typeof AudioNode.prototype.connect
  })
  const inPage = <T>(name: string) =>
    page.evaluate((key) => (window as unknown as Record<string, unknown>)[key], name) as Promise<T>
  await battle.open(['ruled'])
  await expect(battle.status('ruled')).toHaveAttribute('data-status', 'live')
  await page.getByRole('button', { name: 'Alerts' }).click()
  const dialog = page.getByRole('dialog', { name: 'Alerts' })
  const add = async (measure: string, perMinute?: number, emote?: string) => {
    await dialog.getByText(measure, { exact: true }).click()
    if (emote !== undefined) await dialog.getByLabel('Name of the emote').fill(emote)
    if (perMinute !== undefined)
      await dialog.getByLabel('Messages per minute, or more').first().fill(String(perMinute))
    await dialog.getByLabel('Notify by the browser').check()
    await dialog.getByLabel('Play a sound').check()
    await dialog.getByRole('button', { name: 'Add the rule' }).click()
  }
  await add('An emote', 2, 'Kappa')
  await add('A moment')
  await add('Messages', 60)
  await expect(dialog.getByTestId('rules').getByRole('listitem')).toHaveText([
    /2 messages per minute or more with the emote Kappa in each shown channel\s*in the page, notification, sound/,
    /a moment in each shown channel/,
    /60 messages per minute or more in each shown channel/,
  ])
  await dialog.getByRole('button', { name: 'Close' }).click()

  await twitch.say('ruled', 'ann', 'Kappa', { emotes: '25:0-4' })
  await twitch.say('ruled', 'bob', 'kappa')
  await expect(battle.messages('ruled')).toHaveText('2')
  expect(await inPage('shown')).toEqual([])
  await twitch.say('ruled', 'cat', 'so Kappa', { emotes: '25:3-7' })
  const toasts = page.getByTestId('toast')
  await expect(toasts).toHaveText(['ruled: 2 messages per minute with Kappa'])
  await expect
    .poll(async () => {
      const heard = await inPage<Record<number, number>>('heard')
      return Math.min(heard[660] ?? 0, heard[880] ?? 0) > Math.max(-60, (heard[770] ?? 0) + 20)
    })
    .toBe(true)
  await publishMoment(system.kafkaPort, momentOf('ruled', { start: Date.now() }))
  await expect(toasts.nth(1)).toHaveText('ruled: a moment, PogU')
  await expect
    .poll(() => inPage('shown'))
    .toEqual(['Chat Battle: ruled: 2 messages per minute with Kappa', 'Chat Battle: ruled: a moment, PogU'])
  // The pace of the first minute is that of the steps that are known.
  for (let index = 0; index < 60; index++) await twitch.say('ruled', `w${index}`, 'go')
  await expect(toasts.nth(2)).toHaveText(/^ruled: ([6-9][0-9]|[1-9][0-9]{2}) messages per minute\s*$/)
})

test('sends moments and busy minutes to a webhook that the operator adds in the page', async ({
  battle,
  page,
  twitch,
  system,
}) => {
  const received: unknown[] = []
  const receiver = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => received.push(JSON.parse(chunk.toString())))
    request.on('end', () => response.writeHead(request.url === '/gone' ? 404 : 204).end())
  }).listen(system.webhookPort, '127.0.0.1')
  await once(receiver, 'listening')
  const address = (path: string) => `http://127.0.0.1:${system.webhookPort}/${path}`
  const report = (content: string) => ({
    content,
    username: 'Chat Battle',
    allowed_mentions: { parse: [] },
  })
  await battle.open(['hooked'])
  await expect(battle.status('hooked')).toHaveAttribute('data-status', 'live')
  await page.keyboard.press('a')
  await page.getByText('Webhooks of this installation').click()
  const dialog = page.getByRole('dialog', { name: 'Alerts' })
  await dialog.getByLabel('Operator’s token').fill(operatorToken)
  await page.keyboard.press('Enter')
  const url = dialog.getByLabel('Address of the webhook')
  const add = dialog.getByRole('button', { name: 'Add the webhook' })
  await url.fill('https://10.0.0.1/hook')
  await add.click()
  await expect(dialog.locator('details').getByRole('alert')).toContainText('not a public address')
  await url.fill(address('moments'))
  await add.click()
  const hooks = dialog.getByTestId('webhooks').getByRole('listitem')
  await expect(hooks).toHaveText([/hooked → 127\.0\.0\.1:\d+ …ents\s*each moment\s*nothing sent yet/])
  await dialog.getByText('Busy minutes', { exact: true }).click()
  await dialog.locator('details').getByLabel('Messages per minute, or more').fill('5')
  await url.fill(address('busy'))
  await add.click()
  await expect(hooks.filter({ hasText: '…busy' })).toHaveText(
    /5 messages per minute or more\s*nothing sent yet/,
  )
  await url.fill(address('gone'))
  await add.click()
  await expect(hooks).toHaveCount(3)
  await battle.expectAccessible()

  const timestamp = Date.now() + 5000
  for (let index = 0; index < 4; index++) await twitch.say('hooked', 'ann', `line ${index}`, { timestamp })
  await expect(battle.messages('hooked')).toHaveText('4')
  const moment = momentOf('hooked', { start: Date.now() + 1000 })
  await publishMoment(system.kafkaPort, moment)
  const ofMoment = report(
    '**hooked**: 7.3 times the usual chat, 1234 messages by 321 people so far, led by PogU',
  )
  await expect.poll(() => received).toEqual([ofMoment])
  await twitch.say('hooked', 'bob', 'the fifth one', { timestamp })
  const ofMinute = report('**hooked**: 5 messages within a minute')
  await expect.poll(() => received).toEqual([ofMoment, ofMinute, ofMinute])
  await twitch.say('hooked', 'bob', 'one more', { timestamp })
  await publishMoment(system.kafkaPort, { ...moment, revision: 2, people: 400 })
  await expect(battle.messages('hooked')).toHaveText('6')

  const headers = { authorization: `Bearer ${operatorToken}` }
  const outcomes = async () => {
    const { webhooks } = await (await page.request.get('/api/webhooks', { headers })).json()
    return (webhooks as { last: { state: string } | null }[]).map(({ last }) => last?.state)
  }
  await expect.poll(outcomes).toEqual(['sent', 'sent', 'refused'])
  const remove = (path: string) => dialog.getByRole('button', { name: `…${path}` }).click()
  await remove('ents')
  await expect(hooks).toHaveText([/last report sent/, /The receiver does not exist any more\./])
  await remove('busy')
  await remove('gone')
  await expect(hooks).toHaveCount(0)
  expect(received).toEqual([ofMoment, ofMinute, ofMinute])
  receiver.close()
})
