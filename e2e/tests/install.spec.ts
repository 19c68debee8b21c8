import { expect, named, test } from '../src/fixtures.ts'

test.use({ serviceWorkers: 'allow' })

test('can be installed, and shows a page of its own while the server is away', async ({
  battle,
  page,
  request,
  system,
}) => {
  await battle.open()
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  const address = await page.locator('link[rel=manifest]').getAttribute('href')
  const answer = await request.get(address ?? '')
  expect(answer.headers()['content-type']).toContain('application/manifest+json')
  const { icons } = (await answer.json()) as { icons: { src: string; type: string }[] }
  expect(icons).toHaveLength(4)
  for (const { src, type } of icons)
    expect((await request.get(src)).headers()['content-type'], src).toContain(type)

  const web = named(system.processes, 'web')
  await web.stop(5000)
  const overlay = await page.context().newPage()
  try {
    await page.goto('/?channels=installed1')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The server cannot be reached.')
    await battle.expectAccessible()
    expect(await page.evaluate(() => caches.keys())).toEqual([])
    await expect(overlay.goto('/overlay/installed1')).rejects.toThrow('ERR_CONNECTION_REFUSED')
  } finally {
    await web.start()
  }
  await expect(battle.card('installed1')).toBeVisible()
})
