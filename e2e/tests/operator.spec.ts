import type { Page } from '@playwright/test'
import { channelStatusTopic } from '@chat-battle/contracts/records/topics'
import { optOutList } from '@chat-battle/contracts/rest/routes/list-opt-outs'
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

  await expect(page.getByTestId('room-services')).toContainText('serves')
  const channel = page.getByTestId('room-channels').getByRole('row').filter({ hasText: 'roomed' })
  await expect(channel).toContainText('Live')
  const set = page.getByTestId('room-emote-sets').getByRole('row').filter({ hasText: 'roomed' })
  await expect(set.filter({ hasText: '7TV' })).toHaveText(/7TV\s*roomed\s*2\s*[0-9]+ s/)
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

  await page.route('**/api/health', (route) => route.abort())
  await page.locator('h1').press('r')
  await expect(page.getByTestId('room-verdict')).toHaveText('Out of order: Services.')
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByTestId('room-services')).toContainText('No answer.')
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)
  await battle.expectAccessible()

  await expect(optOuts.getByRole('row').filter({ hasText: 'done in' })).toHaveCount(total + 1)
})
