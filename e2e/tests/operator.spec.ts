import type { Page } from '@playwright/test'
import { channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { optOutList } from '@chat-battle/contracts/rest/routes/list-opt-outs'
import { clearchat } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, operatorToken, test } from '../src/fixtures.ts'
import { publish } from '../src/publish.ts'
import { person } from '../src/twitch-control.ts'

async function giveToken(page: Page, token: string): Promise<void> {
  await page.getByLabel('Operator’s token').fill(token)
  await page.getByRole('button', { name: 'Use this token' }).click()
}

test('shows the state of the installation to the operator, and lets a person opt out', async ({
  battle,
  page,
  request,
  system,
  twitch,
}) => {
  const emotes = ['AAAAAAAAAAAAAAAAAAAAAAAB01', 'AAAAAAAAAAAAAAAAAAAAAAAB02'].map((id) => ({ id, name: id }))
  await twitch.do({ do: 'emoteSet', provider: '7tv', channel: derivedRoomId('roomed'), emotes })
  await request.post('/api/watch?channels=roomed')
  await publish(system.kafkaPort, channelStatusTopic.name, 'undecodable', { state: 'of the future' })

  expect((await request.get('/operator/opt-outs')).status()).toBe(401)
  const headers = { authorization: `Bearer ${operatorToken}` }
  const listed = async () =>
    optOutList.parse(await (await request.get('/operator/opt-outs', { headers })).json())
  const { total } = await listed()

  await page.goto('/operator')
  await giveToken(page, 'another-token-of-an-operator')
  await expect(page.getByRole('alert')).toHaveText('The installation refused this token.')
  await battle.expectAccessible()
  await giveToken(page, operatorToken)

  for (const name of ['ingest', 'processor', 'archive', 'optOutJobs'] as const) {
    const service = page.getByTestId(`service-${name}`)
    await expect(service).toHaveAttribute('data-standing', 'good')
    await expect(service).toContainText('1 instance')
  }
  await expect(page.getByTestId('service-gateway')).toContainText('serves')
  await expect(page.getByTestId('service-cassandra')).toContainText(/answered in [0-9]+ ms/)
  const channel = page.getByTestId('room-channels').getByRole('row').filter({ hasText: 'roomed' })
  await expect(channel).toHaveText(/roomed\s*Live.*for [0-9]+ s\s*none/)
  await expect(async () => {
    const sets = page.getByTestId('room-emote-sets')
    // The newest sets are last, and channels of other tests have some too.
    const more = sets.getByRole('button', { name: / more$/ })
    if (await more.isVisible()) await more.click()
    const set = sets.getByRole('row').filter({ hasText: 'roomed' }).filter({ hasText: '7TV' })
    await expect(set).toHaveText(/7TV\s*roomed\s*2\s*[0-9]+ s/, { timeout: 1000 })
  }).toPass()
  await expect(page.getByTestId('room-storage')).toContainText(/channel_windows\s*[0-9]+ MiB/)
  const room = { login: 'roomed', id: derivedRoomId('roomed') }
  await twitch.line('roomed', clearchat(room, person('roomed_bob'), Date.now(), 600))
  const log = page.getByTestId('room-moderation')
  await log.getByLabel('Channel').selectOption('roomed')
  // The archive may have it a moment later.
  await expect(async () => {
    await page.locator('h1').press('r')
    await expect(log.getByRole('listitem')).toHaveText(/Timeout, 10 min\s*roomed_bob/, {
      timeout: 1000,
    })
  }).toPass()

  const letters = page.getByTestId('room-dead-letters')
  await letters.getByText(`${channelStatusTopic.name}:`).last().click()
  await expect(letters).toContainText('{"state":"of the future"}')
  await expect(page.getByTestId('room-dead-letters-standing')).toHaveAttribute('data-standing', 'late')
  await expect(page.getByTestId('room-verdict')).toContainText('Dead letters')

  const optOuts = page.getByTestId('room-opt-outs')
  await optOuts.getByLabel('Twitch id or login').fill('nobody_wrote_this')
  await optOuts.getByRole('button', { name: 'Opt out…' }).click()
  await page.getByRole('button', { name: 'Opt out for good' }).click()
  await expect(optOuts.getByRole('alert')).toContainText('The archive has no message of this login.')
  await optOuts.getByLabel('Twitch id or login').fill(person('roomed_ann').id)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Opt out for good' }).click()
  await expect(optOuts.getByRole('row').nth(1)).toHaveText(/by the operator\s*running\s*0/)
  await expect(page.getByTestId('opt-out-total')).toContainText(`${total + 1} `)
  await battle.expectAccessible()

  await page.route('**/operator/pipeline', (route) => route.abort())
  await page.locator('h1').press('r')
  await expect(page.getByTestId('room-verdict')).toHaveText('Out of order: Services.')
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByTestId('room-services')).toContainText('No answer.')
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)
  await battle.expectAccessible()

  await expect(optOuts.getByRole('row').filter({ hasText: 'done in' })).toHaveCount(total + 1)
})
