import { readFile } from 'node:fs/promises'
import type { ChannelEvent, LiveChange } from '@chat-battle/contracts/records/chat-event'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { live, message, notice, tick } from '@chat-battle/statistics/chat-events.fixture'
import { expect, test, type BattlePage } from '../src/fixtures.ts'
import { momentOf, publishMoment } from '../src/moment-of.ts'
import { publishPast } from '../src/publish.ts'
import type { TwitchControl } from '../src/twitch-control.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** The battle: a window that is over. */
const from = windowStart(Date.now()) - 3 * windowMs
const to = from + windowMs
const minute = (number: number) => from + number * minuteMs
const streamBefore = from - 2 * hourMs
const dayBefore = from - 24 * hourMs
const battleAddress = `/?channels=vera,vern&range=${from}-${to}`

/** Messages in each minute. */
const chats = { vera: [2, 2, 1, 1, 3, 2, 2, 2, 2, 0], vern: [1, 1, 2, 2, 1, 0, 2, 1, 1, 0] }
/** One of vern that was not covered. */
const missedMinute = 5

let lastId = 0
/** Messages by so many people, in turn, one per second from `at`. */
function messages(login: string, at: number, count: number, people: number) {
  return Array.from({ length: count }, (_, index) => {
    const name = `${login}_${lastId % people}`
    const author = { user_id: name, username: name, display_name: name }
    return message(at + index * 1000, { ...author, message_id: `past-${++lastId}` })
  })
}

/** Twitch's API answered that a stream was on. */
function answer(
  at: number,
  viewers: number,
  stream: { stream_id: string; started_at: number; title: string },
  ...changes: LiveChange[]
): ChannelEvent {
  return live(at, viewers, { stream: { ...stream, category: 'Chess', viewers }, changes })
}

function pastOf(login: keyof typeof chats): ChannelEvent[] {
  const isVera = login === 'vera'
  const spoken = chats[login].flatMap((count, number) =>
    messages(login, minute(number), count, isVera ? 4 : 2),
  )
  const covered = isVera
    ? [tick(to, from)]
    : [tick(minute(missedMinute), from), tick(to, minute(missedMinute + 1))]
  const stream = { stream_id: `now-${login}`, started_at: from - 10 * minuteMs, title: 'Opening' }
  return [...spoken, ...covered, answer(minute(1), isVera ? 100 : 20, stream, 'started')]
}

test.beforeAll(async ({ system }) => {
  const before = { stream_id: 'before', started_at: streamBefore - 10 * minuteMs, title: 'Warm-up' }
  const endgame = { stream_id: 'now-vera', started_at: from - 10 * minuteMs, title: 'Endgame' }
  await publishPast(system.kafkaPort, 'vera', [
    ...messages('vera', dayBefore, 10, 2),
    tick(dayBefore + windowMs, dayBefore),
    ...messages('vera', streamBefore, 34, 2).map((said, index) => ({
      ...said,
      mood: index < 24 ? (1 as const) : index < 30 ? (-1 as const) : null,
    })),
    tick(streamBefore + windowMs, streamBefore),
    answer(streamBefore + minuteMs, 80, before, 'started'),
    ...pastOf('vera'),
    answer(minute(6), 100, endgame, 'title'),
    notice(minute(3), 'raid', { system_message: '40 raiders have joined!', params: { viewerCount: '40' } }),
    notice(minute(8), 'submysterygift', {
      system_message: 'ann is gifting 5 subs!',
      params: { 'mass-gift-count': '5' },
    }),
  ])
  await publishPast(system.kafkaPort, 'vern', pastOf('vern'))
  const moment = momentOf('vera', { start: minute(4), peak: minute(4) + 5000, end: minute(4) + 20_000 })
  await publishMoment(system.kafkaPort, moment)
})

test.use({ timezoneId: 'UTC' })

/** Opens the battle when both channels have reached the present and their histories are whole. */
async function open(battle: BattlePage, twitch: TwitchControl, options = ''): Promise<void> {
  const { page } = battle
  await page.request.post('/api/watch?channels=vera,vern')
  await expect.poll(() => twitch.joined()).toEqual(expect.arrayContaining(['vera', 'vern']))
  for (const login of ['vera', 'vern']) {
    await twitch.say(login, 'host', 'we are live')
    const present = async () => (await page.request.get(`/api/channels/${login}/stats`)).json()
    await expect
      .poll(async () => ((await present()) as { window_start?: number }).window_start)
      .toBeGreaterThan(to)
  }
  for (const [login, count] of [
    ['vera', 17],
    ['vern', 11],
  ] as const)
    await expect
      .poll(async () => {
        const response = await page.request.get(
          `/api/channels/${login}/history?from=${from}&to=${to}&step=1m`,
        )
        const { totals, events } = (await response.json()) as {
          totals?: { message_count: number }
          events?: unknown[]
        }
        return [totals?.message_count, events?.length]
      })
      .toEqual([count, login === 'vera' ? 4 : 1])
  await page.goto(battleAddress + options)
}

test('judges a stretch of the past exactly on each scale, as text to copy and as a picture', async ({
  battle,
  context,
  page,
  twitch,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(battle, twitch)
  const verdict = page.getByTestId('verdict')
  const notes = page.getByTestId('verdict-notes')
  const rows = page.getByTestId('standings').locator('tbody tr')
  const at = (number: number) => new Date(minute(number)).toISOString().slice(11, 16)
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
  await expect(verdict).toHaveText('vera led 5 of 10 minutes.')
  const unsure = '1 minute was silent. 1 minute is not judged, because of gaps.'
  const ofMessages = `1 minute was level. ${unsure} The lead changed 2 times.`
  await expect(notes).toHaveText(`vera took the lead from vern at ${at(4)}. ${ofMessages}`)
  await expect(rows).toHaveText([/1\s*vera\s*61%\s*2\s*17\s*4\s*100/, /2\s*vern\s*39%\s*1\s*11\s*2\s*20/])

  await page.getByRole('button', { name: 'Copy' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    [
      `vera led 5 of 10 minutes. ${ofMessages}`,
      'Messages: vera 17 (61%), vern 11 (39%).',
      `${day.format(from)}, ${at(0)} – ${at(10)} UTC`,
      page.url(),
    ].join('\n'),
  )
  const saved = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Picture' }).click()
  const picture = await saved
  expect(picture.suggestedFilename()).toBe('chat-battle.png')
  const png = await readFile(await picture.path())
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630])

  await page.getByText('Per 1,000 chatters', { exact: true }).click()
  await expect(verdict).toHaveText('vern led 3 of 10 minutes.')
  await expect(notes).toHaveText(
    `vern took the lead from vera at ${at(6)}. 4 minutes were level. ${unsure} The lead changed 2 times. Counted per 1,000 chatters.`,
  )
  await expect(rows).toHaveText([/1\s*vern\s*39%\s*611\s*11\s*2/, /2\s*vera\s*61%\s*425\s*17\s*4/])
  await page.getByText('Per 1,000 viewers', { exact: true }).click()
  await expect(verdict).toHaveText('vern led 8 of 10 minutes.')
  await expect(notes).toHaveText(`${unsure} The lead never changed. Counted per 1,000 viewers.`)
  await expect(rows).toHaveText([/1\s*vern\s*39%\s*61\.1\s*11\s*2/, /2\s*vera\s*61%\s*17\.0\s*17\s*4/])
  expect(new URL(page.url()).searchParams.get('scale')).toBe('per_viewer')
  await battle.expectAccessible()
})

test('marks what happened with a card each, hatches gaps, and compares with the day and the stream before', async ({
  battle,
  page,
  twitch,
}) => {
  await open(battle, twitch, '&compare=day')
  const differences = page.getByTestId('differences').getByRole('listitem')
  await expect(differences).toHaveText([
    'vera 70% more messages than a day before: 17 instead of 10.',
    'vern The chat was not read in one of both times: they cannot be compared.',
  ])
  await page.getByLabel('Compare with').selectOption({ label: 'Stream before' })
  await expect(differences).toHaveText([
    'vera 50% fewer messages than in the stream before: 17 instead of 34.',
    'vern Nothing to compare with is known.',
  ])

  for (const [label, text] of [
    ['Raid with 40 viewers', '40 raiders have joined!'],
    ['5 gifted subscriptions', 'ann is gifting 5 subs!'],
    ['New title', 'Endgame'],
    ['Moment: PogU', '321 people, 1,234 messages, 7.3 times the usual'],
  ] as const) {
    const mark = page.getByRole('button', { name: label }).first()
    await mark.click()
    await expect(page.getByRole('group').filter({ hasText: text }).last()).toContainText('vera')
    await page.keyboard.press('Escape')
    await expect(mark).toBeFocused()
  }

  await expect(page.getByTestId('range-vera')).toContainText('covered without a gap')
  await expect(page.getByTestId('range-vern')).toContainText('1 min not covered')
  const hatched = page.locator('.holes').first().locator('rect')
  await expect(hatched).toHaveCount(1)
  expect(await hatched.getAttribute('x')).toBe('50%')
  await battle.expectAccessible()

  // The feed is loaded when it is near.
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  await expect(page.getByTestId('moments').getByRole('article')).toHaveCount(1)
  await page.getByRole('button', { name: 'Earlier', exact: true }).click()
  await expect(page).not.toHaveURL(new RegExp(`range=${from}-${to}`))
  await page.goBack()
  await expect(page).toHaveURL(new RegExp(`range=${from}-${to}`))
  await expect(page.getByTestId('range-vera').getByTestId('range-messages')).toHaveText('17')
})

test('shows the mood of a range in which enough messages have one', async ({ battle, page, twitch }) => {
  await open(battle, twitch)
  const card = page.getByTestId('range-vera')
  await expect(card.getByTestId('range-messages')).toHaveText('17')
  await expect(card).not.toContainText('positive')
  await page.goto(`/?channels=vera&range=${streamBefore}-${streamBefore + windowMs}`)
  await expect(card.getByTestId('range-messages')).toHaveText('34')
  await expect(card).toContainText('80% positive, 20% negative, of the 88% with a known mood')
})
