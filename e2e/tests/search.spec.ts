import { readFile } from 'node:fs/promises'
import { clearmsg } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { archived } from '../src/archived.ts'
import { expect, operatorToken, test } from '../src/fixtures.ts'
import { person } from '../src/twitch-control.ts'

test('finds archived messages with exact counts, opens them in replay, and exports them', async ({
  battle,
  twitch,
  page,
  system,
}) => {
  const login = 'searched1'
  await battle.open([login])
  await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  const start = Math.floor(Date.now() / 1000) * 1000
  for (let index = 0; index < 120; index++)
    await twitch.say(login, `fan${index % 3}`, `gg number ${index}`, { timestamp: start + index * 100 })
  await twitch.say(login, 'ann', 'Kappa said once', { emotes: '25:0-4', timestamp: start + 12_500 })
  const gone = await twitch.say(login, 'rude', 'gg to be deleted', { timestamp: start + 13_000 })
  const room = { login, id: derivedRoomId(login) }
  await twitch.line(login, clearmsg(room, person('rude'), gone, start + 14_000))
  await expect(battle.messages(login)).toHaveText('122')

  const range = { from: start, to: start + 60_000 }
  await archived(system.url, login, range, 121)

  await page.goto(`/search?channel=Searched1&words=GG&from=${range.from}&to=${range.to}`)
  await expect(page.getByText('shown to the operator only')).toBeVisible()
  await battle.expectAccessible()
  await page.getByLabel('Operator’s token').fill(operatorToken)
  await page.keyboard.press('Enter')
  const search = page.getByRole('button', { name: 'Search', exact: true })
  const sum = page.getByTestId('search-sum')
  const results = page.getByTestId('search-results').getByRole('listitem')
  await expect(sum).toHaveText(/^120\s*messages match\s*$/)
  await expect(results).toHaveCount(100)
  await expect(results.first()).toContainText('gg number 119')
  await page.getByRole('button', { name: 'Search further back' }).click()
  await expect(results).toHaveCount(120)
  await expect(results.last()).toContainText('gg number 0')
  await expect(page.getByText('to be deleted')).toHaveCount(0)
  await battle.expectAccessible()

  await page.getByRole('textbox', { name: 'Person' }).fill('fan1')
  await page.keyboard.press('Enter')
  await expect(sum).toHaveText(/^40\s*messages match\s*$/)
  await page.getByRole('textbox', { name: 'Words' }).fill('"number 118"')
  await page.getByRole('textbox', { name: 'Person' }).fill('')
  await search.click()
  await expect(sum).toHaveText(/^1\s*message matches\s*$/)
  expect(new URL(page.url()).searchParams.get('words')).toBe('"number 118"')
  await page.getByRole('textbox', { name: 'Words' }).fill('')
  await page.getByRole('textbox', { name: 'Emote' }).fill('Kappa')
  await search.click()
  await expect(sum).toHaveText(/^1\s*message matches\s*$/)
  await expect(results).toHaveCount(1)
  await page.goBack()
  await expect(results).toContainText(['gg number 118'])
  await page.getByRole('textbox', { name: 'Words' }).fill('"unclosed')
  await search.click()
  await expect(page.getByTestId('search-error')).toContainText('quotation mark')
  await page.goBack()

  for (const [format, read] of [
    ['NDJSON', (text: string) => text.trimEnd().split('\n').length - 1],
    ['CSV', (text: string) => text.trimEnd().split('\r\n').length - 2],
  ] as const) {
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: format }).click()
    const file = await (await saved).path()
    expect(read(await readFile(file, 'utf8'))).toBe(121)
  }

  const link = results.first().getByRole('link', { name: /^Replay from 10 seconds before/ })
  await link.click()
  // A chat under the pointer stands still.
  await page.mouse.move(0, 0)
  await expect(page.getByTestId('replay-state')).toHaveText('Playing')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByTestId('chat').getByText('gg number 118', { exact: true })).toBeVisible()
})
