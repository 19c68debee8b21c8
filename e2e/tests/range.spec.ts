import { usernotice } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import type { Page } from '@playwright/test'
import { expect, test, type BattlePage } from '../src/fixtures.ts'
import { person, type TwitchControl } from '../src/twitch-control.ts'

const minuteMs = 60_000

function raid(channel: string, viewers: number): string {
  return usernotice({ login: channel, id: derivedRoomId(channel) }, person('raider'), {
    id: `raid-${channel}`,
    timestamp: Date.now(),
    kind: 'raid',
    systemMessage: `${viewers} raiders from raider have joined!`,
    params: { viewerCount: viewers },
  })
}

/** Opens a channel in which three people have written seven messages, after a raid. */
async function begin(battle: BattlePage, twitch: TwitchControl, login: string): Promise<void> {
  await battle.open([login])
  await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  await twitch.line(login, raid(login, 40))
  for (let index = 0; index < 6; index++) await twitch.say(login, `p${index % 3}`, `line ${index}`)
  await twitch.say(login, 'p0', 'Kappa Kappa', { emotes: '25:0-4,6-10' })
  await expect(battle.messages(login)).toHaveText('7')
}

async function choose(page: Page, range: string): Promise<void> {
  await page.getByTestId('range-picker').getByText(range, { exact: true }).click()
}

/** The value of a `datetime-local` input, some time later. */
const later = (value: string, ms: number) => new Date(Date.parse(`${value}Z`) + ms).toISOString().slice(0, 16)

const rangeOf = (battle: BattlePage) => new URL(battle.page.url()).searchParams.get('range')

test('shows the exact figures of a range with its events, in the first HTML too, and goes back and forward', async ({
  battle,
  twitch,
  page,
  request,
}) => {
  await begin(battle, twitch, 'range1')
  await choose(page, '10 min')
  const card = page.getByTestId('range-range1')
  await expect(card.getByTestId('range-messages')).toHaveText('7')
  await expect(card.getByTestId('range-chatters')).toHaveText('3')
  await expect(card.getByRole('listitem').filter({ hasText: 'p0' })).toHaveText(/p0\s*3/)
  await expect(card.getByRole('listitem').filter({ hasText: 'Kappa' })).toHaveText(/Kappa\s*2/)
  expect(rangeOf(battle)).toBe('10m')

  const mark = page.getByRole('button', { name: 'Raid with 40 viewers' })
  await mark.click()
  await expect(page.getByText('40 raiders from raider have joined!')).toBeVisible()
  await battle.expectAccessible()
  await page.keyboard.press('Escape')
  await expect(mark).toBeFocused()
  await expect(page.getByText('40 raiders from raider have joined!')).toHaveCount(0)

  const html = await (await request.get('/?channels=range1&range=10m')).text()
  expect(html).toMatch(/data-testid="range-messages"[^>]*>7</)
  expect(html).toContain('Messages per minute')

  await page.goBack()
  await expect(battle.messages('range1')).toHaveText('7')
  await page.goForward()
  await expect(card.getByTestId('range-messages')).toHaveText('7')
  // Keys pressed in a control are its own.
  await card.getByRole('heading', { name: 'range1' }).click()
  await page.keyboard.press('l')
  await expect(battle.messages('range1')).toHaveText('7')
  expect(rangeOf(battle)).toBeNull()
})

test('takes a range that is typed, brushed, or chosen by keyboard, and says what is wrong with one', async ({
  battle,
  twitch,
  page,
}) => {
  await begin(battle, twitch, 'range2')
  await choose(page, 'From – to')
  const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })]
  const [typed, until] = [await from.inputValue(), later(await to.inputValue(), minuteMs)]
  await from.fill(until)
  await to.fill(typed)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'The start must be before the end.' })).toBeVisible()
  await to.fill(until)
  await from.fill(typed)
  await page.keyboard.press('Enter')
  await expect.poll(() => rangeOf(battle)).toMatch(/^[0-9]+-[0-9]+$/)
  const [typedFrom = 0, typedTo = 0] = (rangeOf(battle) ?? '').split('-').map(Number)
  expect(typedTo - typedFrom).toBe(11 * minuteMs)
  await expect(page.getByTestId('range-range2').getByTestId('range-messages')).toHaveText('7')

  const chart = page.getByRole('slider', { name: 'Chart: Messages per minute' })
  const box = await chart.boundingBox()
  if (box === null) throw new Error('the chart is not shown')
  await page.mouse.move(box.x + box.width / 4, box.y + 60)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 })
  await page.mouse.up()
  await page.mouse.move(0, 0)
  await expect.poll(() => rangeOf(battle)).not.toBe(`${typedFrom}-${typedTo}`)
  const [from1 = 0, to1 = 0] = (rangeOf(battle) ?? '').split('-').map(Number)
  // A pixel is about a second.
  expect(Math.abs(from1 - typedFrom - 2.75 * minuteMs)).toBeLessThan(2000)
  expect(Math.abs(to1 - typedFrom - 8.25 * minuteMs)).toBeLessThan(2000)

  await chart.focus()
  await page.keyboard.press('End')
  await expect(chart).toHaveAttribute('aria-valuetext', /: range2 /)
  for (let step = 0; step < 8; step++) await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Enter')
  // The middle of the last step of 15 s.
  const end = Math.floor((to1 - 7500) / 15_000) * 15_000 + 7500
  await expect.poll(() => rangeOf(battle)).toBe(`${end - 2 * minuteMs}-${end}`)
  await page.goBack()
  await page.goBack()
  await expect.poll(() => rangeOf(battle)).toBe(`${typedFrom}-${typedTo}`)
})

test('says why a range has no figures, keeps those that it has, and tries again', async ({
  battle,
  twitch,
  page,
}) => {
  await begin(battle, twitch, 'range3')
  const error = (kind: string) => ({ error: { kind, message: 'refused by the test' } })
  const histories = '**/api/channels/range3/history**'
  await page.route(histories, (route) => route.fulfill({ status: 503, json: error('archive_unavailable') }))
  await choose(page, 'Hour')
  const card = page.getByTestId('range-range3')
  await expect(card.getByRole('alert')).toHaveText('The archive does not answer. The page tries again.')
  await battle.expectAccessible()
  await page.unroute(histories)
  await expect(card.getByTestId('range-messages')).toHaveText('7')
  await expect(card.getByRole('alert')).toHaveCount(0)
  await page.route(histories, (route) => route.fulfill({ status: 400, json: error('range_not_served') }))
  await choose(page, 'Week')
  await expect(card.getByRole('alert')).toHaveText('This range is not kept. Figures reach back 90 days.')
  await expect(card.getByTestId('range-messages')).toHaveCount(0)
})
