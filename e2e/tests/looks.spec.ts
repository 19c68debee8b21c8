import { expect, test } from '../src/fixtures.ts'

for (const colorScheme of ['dark', 'light'] as const) {
  test(`every state is accessible in ${colorScheme} colours`, async ({ battle, twitch, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await battle.open()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await battle.expectAccessible()

    await battle.input.fill('not-valid')
    await battle.expectAccessible()

    const missing = `missing_${colorScheme}`
    const busy = `busy_${colorScheme}`
    await twitch.do({ do: 'missing', channel: missing })
    await battle.open([busy, missing])
    await battle.expectAccessible()
    await expect(battle.status(busy)).toHaveAttribute('data-status', 'live')
    await twitch.say(busy, 'nightbot', 'Kappa', { emotes: '25:0-4', isFirst: true, bits: 5 })
    await expect(battle.messages(busy)).toHaveText('1')
    await battle.expectAccessible()
    await expect(battle.status(missing)).toHaveAttribute('data-status', 'not_found')
    await battle.expectAccessible()

    await page.route(/\/(socket\.io|api)\//, (route) => route.abort())
    await page.routeWebSocket(/\/socket\.io\//, (socket) => void socket.close())
    await page.reload()
    await expect(battle.status(busy)).toHaveAttribute('data-status', 'offline')
    await battle.expectAccessible()
  })
}

test('keeps hostile names within their rows on a phone, and runs none of them', async ({
  battle,
  twitch,
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const login = 'a_channel_of_25_characters'.slice(0, 25)
  await battle.open([login, 'phone2'])
  await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
  const alerts: string[] = []
  page.on('dialog', (dialog) => {
    alerts.push(dialog.message())
    void dialog.dismiss()
  })
  const refusedByCsp: string[] = []
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) refusedByCsp.push(line.text())
  })
  const hostile = [
    '<img/src/onerror=alert(1)>',
    '"><script>alert(2)</script>',
    `z${'\u0301'.repeat(200)}`,
    '\u202Eevil\u2066',
    'W'.repeat(200),
    'раураl',
  ]
  for (const [index, name] of hostile.entries()) {
    const end = [...name].length - 1
    await twitch.say(login, `hostile${index}`, name, { emotes: `emote${index}:0-${end}` })
  }
  await twitch.say(login, 'ranges', 'short', { emotes: '25:0-99/26:3-1/27:x-y/28:-1-2/29' })
  await expect(battle.messages(login)).toHaveText(String(hostile.length + 1))
  await expect(battle.card(login).getByText('"><script>alert(2)</script>')).toBeVisible()
  expect(alerts).toEqual([])
  expect(refusedByCsp).toEqual([])
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)
  // The pages are in a menu, which the keyboard opens, closes and follows.
  const menu = page.getByRole('button', { name: 'Menu', exact: true })
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await expect(pages).toBeHidden()
  await menu.focus()
  await page.keyboard.press('Enter')
  await expect(pages).toBeVisible()
  await battle.expectAccessible()
  await page.keyboard.press('Escape')
  await expect(pages).toBeHidden()
  await expect(menu).toBeFocused()
  const rows = await battle.card(login).getByRole('listitem').filter({ hasText: 'z' }).first().boundingBox()
  expect(rows?.height).toBeLessThan(40)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(pages.getByRole('link', { name: 'Battle' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/replay\?channels=/)
  await expect(pages).toBeHidden()
})
