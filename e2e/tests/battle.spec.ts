import { expect, test } from '../src/fixtures.ts'

/** A PNG's width and height. */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

test('ranks the chats, moves one that overtakes, and shares the standings as text and picture', async ({
  battle,
  twitch,
  page,
  context,
  request,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await battle.open(['rank1', 'rank2'])
  for (const login of ['rank1', 'rank2'])
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  const row = (index: number) => page.getByTestId('standings').locator('tbody tr').nth(index)
  for (let line = 0; line < 9; line++) await twitch.say('rank1', `a${line}`, 'hello')
  await twitch.say('rank2', 'b0', 'hello')
  await expect(row(0)).toContainText(/1\s*rank1\s*90%/)
  await expect(row(1)).toContainText(/2\s*rank2\s*10%/)
  for (let line = 0; line < 30; line++) await twitch.say('rank2', `b${line}`, 'hello')
  await expect(row(0)).toContainText(/1\s*rank2\s*78%/)
  await expect(row(1)).toContainText(/2\s*rank1\s*23%/)
  await battle.expectAccessible()

  await page.getByRole('button', { name: 'Copy' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  const [, messages, time, link = ''] = copied.split('\n')
  expect(messages).toBe('Messages: rank2 31 (78%), rank1 9 (23%).')
  expect(time).toMatch(/^\d+ \w+, \d\d:\d\d – .* UTC$/)

  const path = await page.getByRole('link', { name: 'Picture' }).getAttribute('href')
  expect(path).toBe('/picture.png?channels=rank1,rank2')
  const picture = await request.get(path ?? '')
  expect(picture.headers()['content-type']).toBe('image/png')
  expect(sizeOf(await picture.body())).toEqual([1200, 630])
  const html = await (await request.get('/?channels=rank1,rank2')).text()
  expect(html).toMatch(/property="og:image" content="https:\/\/[^"]+\/picture\.png\?channels=rank1,rank2"/)
  expect(html).toMatch(/property="og:description" content="[^"]*(verdict|led)[^"]*"/)

  await page.goto(link)
  await expect(row(0)).toContainText(/rank2\s*78%/)
  await expect(row(1)).toContainText(/rank1\s*23%/)
})

test('shows one scale at a time, explains what is not known, and keeps the choice in the address', async ({
  battle,
  twitch,
  page,
}) => {
  await battle.open(['scale1', 'scale2'])
  for (const login of ['scale1', 'scale2'])
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  for (let line = 0; line < 4; line++) await twitch.say('scale1', `a${line % 2}`, 'hello')
  await expect(battle.messages('scale1')).toHaveText('4')

  await page.getByText('Per 1,000 viewers', { exact: true }).click()
  await expect(page.getByText('The viewers of scale1 and scale2 are not known')).toBeVisible()
  expect(new URL(page.url()).search).toBe('?channels=scale1,scale2&scale=per_viewer')
  await page.getByText('Per 1,000 chatters', { exact: true }).click()
  await expect(page.getByText('Nobody has written in scale2 yet.')).toBeVisible()
  await page.getByText('Apart', { exact: true }).click()
  await expect
    .poll(() => new URL(page.url()).search)
    .toBe('?channels=scale1,scale2&view=apart&scale=per_chatter')
  await expect(page.getByTestId('live-chart').getByRole('figure')).toHaveCount(2)
  await battle.expectAccessible()
  await page.reload()
  await expect(page.getByTestId('live-chart').getByRole('figure')).toHaveCount(2)
  await expect(page.getByLabel('Per 1,000 chatters')).toBeChecked()
})

test('announces another leader to a screen reader at most once in 10 seconds', async ({
  battle,
  twitch,
  page,
}) => {
  const logins = ['aloud1', 'aloud2']
  await page.clock.install()
  await battle.open(logins)
  for (const login of logins) await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  const announced = await page.evaluateHandle(() => {
    const sentences: { at: number; text: string }[] = []
    for (const region of document.querySelectorAll('[aria-live=polite]'))
      new MutationObserver(() => sentences.push({ at: Date.now(), text: region.textContent })).observe(
        region,
        {
          childList: true,
          characterData: true,
          subtree: true,
        },
      )
    return sentences
  })
  const first = page.getByTestId('standings').locator('tbody tr').first()
  // Each has four times the lines of the other: the pace of a chat that was joined later counts less time.
  for (const [change, lines] of [2, 8, 30, 120].entries()) {
    const login = logins[change % 2] ?? ''
    for (let line = 0; line < lines; line++) await twitch.say(login, 'ann', `line ${change} ${line}`)
    await expect(first).toContainText(login)
  }
  await page.clock.runFor(20_000)
  const leads = (await announced.jsonValue()).filter(({ text }) => text.includes('leads'))
  expect(leads.at(-1)?.text).toContain('aloud2 leads')
  for (const [index, { at }] of leads.entries())
    // A late drawing shortens the time until the next announcement.
    expect(at - (leads[index - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(9_500)
})

test('lists on the start page what is on now, with exact counts', async ({
  battle,
  twitch,
  page,
  request,
}) => {
  await request.post('/api/watch?channels=onnow1')
  await expect.poll(() => twitch.joined()).toContain('onnow1')
  for (let line = 0; line < 60; line++)
    await twitch.say('onnow1', `a${line % 7}`, 'Kappa', { emotes: '25:0-4' })
  await battle.open()
  const row = page.getByTestId('on-now').getByRole('row').filter({ hasText: 'onnow1' })
  await expect(row).toContainText(/onnow1\s*K?\s*Kappa\s*60/)
  await battle.expectAccessible()
  await row.getByRole('link').click()
  await expect(battle.messages('onnow1')).toHaveText('60')
})

test.describe('for a browser in German', () => {
  test.use({ locale: 'de-AT' })

  test('speaks German to whoever prefers it', async ({ battle, page }) => {
    await battle.open(['deutsch1', 'deutsch2'])
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await expect(page.getByRole('region', { name: 'Stand', exact: true })).toBeVisible()
    await expect(page.getByRole('button', { name: 'deutsch1 beenden' })).toBeVisible()
    await expect(battle.status('deutsch1')).toContainText('Jede Nachricht zählt, sobald sie geschrieben ist.')
    await page.getByLabel('Twitch-Kanal').fill('kein-Name')
    await expect(page.getByText('Ein Kanalname hat 1 bis 25 Buchstaben')).toBeVisible()
    await battle.expectAccessible()
  })
})
