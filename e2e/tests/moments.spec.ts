import { momentKey, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { channelMomentsTopic } from '@chat-battle/contracts/records/topics'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, test } from '../src/fixtures.ts'
import { publish } from '../src/publish.ts'

function momentOf(login: string, given: Partial<MomentRecord>): MomentRecord {
  return {
    channel_id: derivedRoomId(login),
    channel_login: login,
    start: Date.now() - 30_000,
    peak: Date.now() - 20_000,
    end: null,
    revision: 1,
    kind: 'event',
    times_baseline: 7.25,
    message_count: 1234,
    people: 321,
    leading: {
      kind: 'emote',
      text: 'PogU',
      emote: { id: '25', name: 'PogU', provider: 'twitch' },
      people: 210,
      share: 0.5,
    },
    samples: ['PogU PogU', 'what a play'],
    mood: { positive: 0.62, negative: 0.1, coverage: 0.8 },
    sample_sources: [
      { message_id: 'm1', user_id: 'u1' },
      { message_id: 'm2', user_id: 'u2' },
    ],
    leading_sources: [],
    ...given,
  }
}

test('lists moments as they happen, with what led them and their replay', async ({
  battle,
  page,
  twitch,
  system,
}) => {
  const send = (moment: MomentRecord) =>
    publish(system.kafkaPort, channelMomentsTopic.name, momentKey(moment), moment)
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
