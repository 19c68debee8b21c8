import { clearchat } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, test } from '../src/fixtures.ts'
import { person } from '../src/twitch-control.ts'

const room = { login: 'voting', id: derivedRoomId('voting') }

test('counts one changeable vote per person, and shares the result', async ({
  battle,
  page,
  twitch,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/vote')
  await page.getByLabel('Channel').fill('Voting')
  await page.getByLabel('Question').fill('What next?')
  await page.getByLabel('Option 1', { exact: true }).fill('Chess')
  await page.getByLabel('Option 2', { exact: true }).fill('Go')
  await battle.expectAccessible()
  await page.getByRole('button', { name: 'Prepare the vote' }).click()

  const start = page.getByRole('button', { name: 'Start', exact: true })
  await expect(start).toBeEnabled()
  expect(new URL(page.url()).search).toBe('?channel=voting&options=1:Chess,2:Go&title=What%20next%3F')
  // The page's clock is an estimate, so well before.
  await twitch.say('voting', 'early', '1', { timestamp: Date.now() - 2000 })
  // It has arrived, so that the vote starts after it.
  await expect
    .poll(async () => (await (await page.request.get('/api/channels/voting/stats')).json()).message_count)
    .toBe(1)
  await start.click()
  await expect(page.getByTestId('vote-phase')).toHaveAttribute('data-phase', 'counting')

  for (const name of ['ann', 'ben', 'cat', 'dan']) await twitch.say('voting', name, '1')
  await twitch.say('voting', 'ann', ' 2 ')
  await twitch.say('voting', 'eve', '２')
  await twitch.say('voting', 'nightbot', '2')
  await twitch.say('voting', 'fay', '2 please')
  await twitch.say('voting', 'gus', '2')
  await twitch.line('voting', clearchat(room, person('gus'), Date.now(), 600))
  const bars = page.getByTestId('vote-bars').getByRole('listitem')
  await expect(bars).toHaveText([/1\s*Chess\s*3 votes\s*60%/, /2\s*Go\s*2 votes\s*40%/])
  await expect(page.getByTestId('vote-total')).toHaveText('5 people voted')
  await battle.expectAccessible()

  await page.keyboard.press('s')
  await expect(page.getByTestId('vote-phase')).toHaveAttribute('data-phase', 'ended')
  await expect(page).toHaveURL(/&from=\d+&to=\d+&counts=3,2$/)
  await page.getByRole('button', { name: 'Copy as text' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^What next\? \(Vote in voting, .*\)\n1 Chess: 3 \(60%\)\n2 Go: 2 \(40%\)\n5 people voted$/,
  )

  await page.reload()
  await expect(bars).toHaveText([/1\s*Chess\s*3 votes\s*60%/, /2\s*Go\s*2 votes\s*40%/])
  await expect(page.getByText('This page has not counted it.')).toBeVisible()
  await battle.expectAccessible()
})

test('counts at least, on a page that is opened during the vote, and reports bad addresses', async ({
  page,
  twitch,
}) => {
  const from = Date.now() - 60_000
  await page.goto(`/vote?channel=joining2&options=yes,Kappa&from=${from}`)
  await expect(page.getByTestId('vote-phase')).toHaveAttribute('data-phase', 'counting')
  await twitch.say('joining2', 'ann', 'YES')
  await twitch.say('joining2', 'ben', 'Kappa')
  await twitch.say('joining2', 'ben', 'yes')
  await expect(page.getByTestId('vote-total')).toHaveText('at least 2 people voted')
  await expect(page.getByTestId('vote-bars').getByRole('listitem')).toHaveText([
    /yes\s*2 votes\s*100%/,
    /Kappa\s*0 votes\s*0%/,
  ])

  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto('/vote?channel=a-b&options=one&from=x')
  await expect(page.getByRole('alert').getByRole('listitem')).toHaveText([
    'The address has no valid channel name.',
    'A vote needs two options.',
    'The address has no valid start and end: a vote lasts at most 24 hours.',
  ])
})
