import { readFile } from 'node:fs/promises'
import type { Download } from '@playwright/test'
import type { StreamSummary } from '@chat-battle/contracts/rest/routes/get-stream'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, test } from '../src/fixtures.ts'

const login = 'streamed1'
const minuteMs = 60_000

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8')
}

/** The rows of a CSV without quotes, by the names of its columns. */
function rowsOf(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.trimEnd().split('\r\n')
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell])))
}

test('lists a stream with its exact figures, and sums it up on the page, on paper and in files', async ({
  battle,
  twitch,
  page,
  request,
}) => {
  const startedAt = windowStart(Date.now()) - 35 * minuteMs
  const stream = {
    id: '4001',
    login,
    title: 'Road to <b>the top</b>',
    category: 'Chess',
    viewers: 120,
    startedAt,
  }
  await twitch.do({ do: 'stream', channel: derivedRoomId(login), stream })
  await battle.open([login])
  await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  for (let line = 0; line < 6; line++) await twitch.say(login, `writer${line % 3}`, `line ${line}`)
  await twitch.say(login, 'writer0', 'Kappa Kappa', { emotes: '25:0-4,6-10' })
  await expect(battle.messages(login)).toHaveText('7')
  await expect
    .poll(async () => {
      const answer = await request.get(`/api/channels/${login}/streams/4001`)
      if (!answer.ok()) return answer.text()
      const { history, stream } = (await answer.json()) as StreamSummary
      const { message_count, unique_chatters } = history.totals
      return [message_count, unique_chatters, history.viewers?.peak, stream?.is_live, history.covered_ms > 0]
    })
    .toEqual([7, 3, 120, true, true])

  await battle.card(login).getByRole('link', { name: 'Streams and summaries' }).click()
  const row = page.getByTestId('stream-4001')
  await expect(row.getByTestId('messages')).toHaveText('7')
  await expect(row.getByTestId('chatters')).toHaveText('3')
  await expect(row.getByTestId('peak-viewers')).toHaveText('120')
  await expect(row).toContainText('liveChess')
  await battle.expectAccessible()

  const html = await (await request.get(`/channel/${login}/streams/4001`)).text()
  expect(html).toMatch(/data-testid="summary-messages"[^>]*>7</)
  await row.getByRole('link', { name: stream.title }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(stream.title)
  await expect(page.getByTestId('summary-messages')).toHaveText('7')
  await expect(page.getByTestId('summary-chatters')).toHaveText('3')
  await expect(page.getByTestId('summary-viewers-peak')).toHaveText('120')
  await expect(page.getByTestId('summary-viewers-average')).toHaveText('120')
  // Of the minutes in which the channel was read, not of the whole stream.
  expect(Number(await page.getByTestId('summary-per-minute').innerText())).toBeGreaterThan(1)
  await expect(page.getByTestId('busiest')).toContainText('7 messages')
  await expect(page.getByRole('listitem').filter({ hasText: 'Kappa' })).toHaveText(/Kappa\s*2/)
  await expect(page.getByRole('listitem').filter({ hasText: 'writer0' })).toHaveText(/writer0\s*3/)
  // The stream began before the channel was read.
  await expect(page.getByTestId('summary-gaps').getByRole('listitem').first()).toContainText('min')
  await expect(page.getByRole('link', { name: 'Replay', exact: true }).last()).toBeVisible()
  await battle.expectAccessible()

  const files = page.getByTestId('summary-export')
  const save = async (name: string) => {
    const saved = page.waitForEvent('download')
    await files.getByRole('button', { name, exact: true }).click()
    return textOf(await saved)
  }
  const rows = rowsOf(await save('CSV'))
  const points = rows.filter(({ kind }) => kind === 'point')
  expect(points.map(({ message_count: count }) => count)).toEqual(
    ['0', '0', '0', '0', '7'].slice(-points.length),
  )
  expect(rows.at(-1)).toMatchObject({
    kind: 'total',
    message_count: '7',
    unique_chatters: '3',
    viewers_peak: '120',
  })
  const records = (await save('NDJSON'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { record: string; stream?: unknown })
  expect(records[0]).toMatchObject({ record: 'summary', stream: { stream_id: '4001', title: stream.title } })
  expect(records.filter(({ record }) => record === 'point')).toHaveLength(points.length)

  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('navigation')).toHaveCount(0)
  await expect(files).toBeHidden()
  await expect(page.getByTestId('summary-messages')).toBeVisible()
  const pages = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type \/Page\b/g)
  expect(pages?.length).toBeLessThanOrEqual(2)
  await page.emulateMedia({ media: 'screen' })

  const from = windowStart(Date.now())
  await page.goto(`/channel/${login}/range?from=${from}&to=${from + windowMs}`)
  await expect(page.getByTestId('summary-messages')).toHaveText('7')
  await expect(page.getByTestId('summary-chatters')).toHaveText('3')
  await battle.expectAccessible()
})

test('says why there is no stream or summary, and offers any range', async ({ battle, page }) => {
  await page.goto('/channel/nobody_reads_me/streams')
  await expect(page.getByTestId('streams-problem')).toContainText('This channel has no figures yet')
  await expect(page.getByRole('link', { name: 'Show nobody_reads_me live' })).toBeVisible()
  await battle.expectAccessible()
  await battle.open(['unstreamed1'])
  await expect(battle.status('unstreamed1')).toHaveAttribute('data-status', 'live')
  await page.goto('/channel/unstreamed1/streams')
  await expect(page.getByTestId('no-streams')).toBeVisible()
  const missing = await page.goto('/channel/unstreamed1/streams/77')
  expect(missing?.status()).toBe(404)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('No such stream')
  await page.getByRole('link', { name: 'All streams' }).click()
  await expect(page.getByTestId('no-streams')).toBeVisible()
  // The browser fetches the data alone now.
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('No such stream')
  await expect(page.getByText('404')).toBeVisible()
  await page.goto('/channel/unstreamed1/range?from=9&to=5')
  await expect(page.getByRole('alert').first()).toContainText('no range that can be shown')
  const form = page.getByTestId('range-form')
  await expect(form.getByLabel('From')).not.toHaveValue('')
  await form.getByLabel('To').fill(await form.getByLabel('From').inputValue())
  await form.getByRole('button', { name: 'Show' }).click()
  await expect(form.getByRole('alert')).toHaveText('The start must be before the end.')
  await form.getByRole('link', { name: 'Last hour' }).click()
  await expect(page.getByTestId('summary')).toBeVisible()

  // Not read in that hour: nothing is known, which is not zero.
  const hourMs = 60 * minuteMs
  const to = Date.now() - 2 * hourMs
  await page.goto(`/channel/unstreamed1/range?from=${to - hourMs}&to=${to}`)
  await expect(page.getByTestId('summary-messages')).toHaveText('–')
  await expect(page.getByTestId('summary-per-minute')).toHaveText('–')
  await expect(page.getByText('The chat was not read in this time')).toBeVisible()
  await battle.expectAccessible()
})

test('keeps a time that was typed before the scripts of the page ran', async ({ page }) => {
  const released = Promise.withResolvers<undefined>()
  await page.route('**/_app/**/*.js', (route) => released.promise.then(() => route.continue()))
  await page.goto('/channel/unstreamed1/range?from=9&to=5', { waitUntil: 'commit' })
  const form = page.getByTestId('range-form')
  await form.getByLabel('From').fill('2026-01-02T03:04')
  released.resolve(undefined)
  await expect(form.getByLabel('To')).not.toHaveValue('')
  await expect(form.getByLabel('From')).toHaveValue('2026-01-02T03:04')
})
