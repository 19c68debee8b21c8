import { knownBots } from '@chat-battle/contracts/known-bots'
import { expect, test } from '../src/fixtures.ts'

test('says what is kept and counted, and how to opt out, one click from any page', async ({
  battle,
  page,
}) => {
  await battle.open()
  await page.getByRole('link', { name: 'Opt out' }).click()
  await expect(page.getByTestId('opt-out-command')).toHaveText('!optout')
  await expect(page.getByTestId('contact')).toHaveAttribute('href', 'mailto:operator@example.org')
  await expect(page.getByTestId('retention').getByRole('row')).toHaveText([
    /How long/,
    /24 hours/,
    /7 days/,
    /90 days/,
  ])
  await expect(page.locator('#exact')).toContainText('exact up to 20,000')
  await expect(page.locator('#exact')).toContainText('standard error of 0.81%')
  await expect(page.locator('#counting')).toContainText('windows of 10 min')
  const bots = page.getByTestId('bots').getByRole('row')
  await expect(bots.nth(1)).toContainText(String([...knownBots].length))
  await expect(page.getByTestId('version')).toContainText('MIT')
  await page.getByText(/packages of others/).click()
  await expect(
    page.getByTestId('licences').getByRole('listitem').filter({ hasText: 'kafkajs' }),
  ).toContainText('MIT')
  await battle.expectAccessible()
})

test('is German for those who prefer it', async ({ browser, system }) => {
  const context = await browser.newContext({ locale: 'de-DE', baseURL: system.url })
  const page = await context.newPage()
  await page.goto('/about')
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await expect(page.getByTestId('retention').getByRole('row')).toHaveText([
    /Wie lange/,
    /24 Stunden/,
    /7 Tage/,
    /90 Tage/,
  ])
  await expect(page.locator('#exact')).toContainText('Standardfehler 0,81')
  await context.close()
})
