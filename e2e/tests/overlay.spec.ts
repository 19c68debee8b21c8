import { expect, test } from '../src/fixtures.ts'
import { momentOf, publishMoment } from '../src/moment-of.ts'

/** Of the corners and the middle of a picture with transparency: how opaque they are, 0 to 255. */
const opacityAt = (picture: string) =>
  new Promise<{ left: number; corner: number }>((resolve) => {
    const image = new Image()
    image.onload = () => {
      const canvas = document.createElement('canvas')
      Object.assign(canvas, { width: image.width, height: image.height })
      const drawing = canvas.getContext('2d')
      drawing?.drawImage(image, 0, 0)
      const alpha = (x: number, y: number) => drawing?.getImageData(x, y, 1, 1).data[3] ?? -1
      resolve({ left: alpha(16, 16), corner: alpha(image.width - 1, image.height - 1) })
    }
    image.src = picture
  })

test('lies on a transparent page with exact figures, and builds its address with a preview', async ({
  battle,
  page,
  twitch,
}) => {
  await page.setViewportSize({ width: 1440, height: 1000 })
  await page.goto('/overlay')
  await page.getByLabel('Channels').fill('Aired1 aired2')
  await page.getByText('Leaders', { exact: true }).first().click()
  const address = page.getByTestId('overlay-address')
  await expect(address).toHaveText('/overlay/aired1,aired2?layout=leaders')
  const preview = page.frameLocator('iframe')
  await expect(preview.getByTestId('air')).toHaveAttribute('data-state', 'on')
  await twitch.say('aired1', 'ann', 'one')
  await twitch.say('aired1', 'ann', 'two')
  await twitch.say('aired1', 'ben', 'three')
  await twitch.say('aired1', 'nightbot', 'I am a bot')
  const leaders = preview.getByTestId('air-leaders')
  await expect(leaders.getByRole('region', { name: 'aired1' }).getByRole('listitem')).toHaveText([
    /1\s*ann\s*2/,
    /2\s*ben\s*1/,
  ])
  await battle.expectAccessible()

  await page.getByText('Bar', { exact: true }).click()
  await expect(address).toHaveText('/overlay/aired1,aired2?layout=bar')
  await page.setViewportSize({ width: 540, height: 300 })
  await page.goto((await address.textContent()) ?? '')
  // A step of the pace is complete after five seconds.
  await expect(page.getByTestId('air-bar').getByRole('listitem')).toHaveText([/aired1\s*100%/, /aired2\s*0%/])
  await expect(page.getByRole('banner')).toHaveCount(0)
  await expect(page.getByRole('button')).toHaveCount(0)
  await battle.expectAccessible()
  const picture = (await page.screenshot({ omitBackground: true })).toString('base64')
  const { left, corner } = await page.evaluate(opacityAt, `data:image/png;base64,${picture}`)
  expect(corner).toBe(0)
  expect(left).toBeGreaterThan(200)
})

test('holds its figures while the server is away, takes them off, and comes back by itself', async ({
  battle,
  page,
  twitch,
}) => {
  await page.clock.install()
  const live = await battle.interceptLive()
  await page.goto('/overlay/held1?layout=curve')
  const air = page.getByTestId('air')
  await expect(air).toHaveAttribute('data-state', 'on')
  await expect(page.getByTestId('air-marks')).toHaveCount(0)

  await page.route('**/api/**', (route) => route.abort())
  live.cut()
  const pass = async (state: string) => {
    await expect(async () => {
      await page.clock.runFor(2000)
      await expect(air).toHaveAttribute('data-state', state, { timeout: 100 })
    }).toPass()
  }
  await pass('held')
  await expect(page.getByTestId('air-curve')).toBeVisible()
  await pass('off')
  await expect(page.getByTestId('air-curve')).toBeHidden()
  await expect(page.getByTestId('air-marks').getByRole('listitem')).toHaveCount(1)

  await page.unroute('**/api/**')
  live.restore()
  await pass('on')
  await twitch.say('held1', 'ann', 'hello')
  await expect(page.getByTestId('air-curve')).toBeVisible()
  await expect(page.getByTestId('air-marks')).toHaveCount(0)
})

test('counts a vote on air, and may be framed by its own origin only', async ({ page, twitch, request }) => {
  await page.goto('/overlay/airvote?layout=vote&options=yes,no&title=More%3F')
  const vote = page.getByTestId('air-vote')
  await expect(vote).toHaveAttribute('data-phase', 'counting')
  for (const name of ['ann', 'ben', 'cat']) await twitch.say('airvote', name, 'yes')
  await twitch.say('airvote', 'cat', 'no')
  await expect(page.getByTestId('air-total')).toHaveText('3 people voted')
  await expect(vote.getByRole('listitem')).toHaveText([/yes\s*2 votes\s*67%/, /no\s*1 vote\s*33%/])

  const policyOf = async (path: string) => (await request.get(path)).headers()['content-security-policy']
  expect(await policyOf('/overlay/airvote')).toMatch(/frame-ancestors 'self'$/)
  expect(await policyOf('/overlay')).toMatch(/frame-ancestors 'none'; frame-src 'self'$/)
  expect(await policyOf('/')).toMatch(/frame-ancestors 'none'; frame-src 'self'$/)
})

test('shows a moment while it lasts, and draws the pace', async ({ page, twitch, system }) => {
  await page.goto('/overlay/airmoment?layout=moment')
  // Nothing is on air before a moment, and no mark says that a channel is missing.
  await expect(page.getByTestId('air-marks')).toHaveCount(0)
  await expect(page.getByTestId('air')).toHaveCount(0)
  const now = Date.now()
  const moment = momentOf('airmoment', { start: now - 5000, peak: now })
  await publishMoment(system.kafkaPort, moment)
  await expect(page.getByTestId('air-moment')).toHaveText(/7\.3×\s*PogU\s*airmoment\s*321 people/)
  const over = { end: now - 60_000, start: now - 120_000, peak: now - 110_000 }
  await publishMoment(system.kafkaPort, { ...momentOf('airmoment', over), times_baseline: 9 })
  await publishMoment(system.kafkaPort, { ...moment, people: 400, revision: 2 })
  await expect(page.getByTestId('air-moment')).toHaveText(/7\.3×\s*PogU\s*airmoment\s*400 people/)

  await page.goto('/overlay/airmoment?layout=curve')
  for (const name of ['ann', 'ben']) await twitch.say('airmoment', name, 'hello')
  await expect(page.getByTestId('air-curve')).toContainText(/airmoment\s*[1-9]/)
})

test('says for a minute what is missing, then leaves a mark alone', async ({ battle, page, twitch }) => {
  await twitch.do({ do: 'missing', channel: 'airmissing' })
  await page.clock.install()
  await page.goto('/overlay/airmissing,a-b?layout=bar')
  await expect(page.getByText('airmissing Not found')).toBeVisible()
  await expect(page.getByText('“a-b” in the address is not shown.')).toBeVisible()
  await battle.expectAccessible()
  await page.clock.runFor(61_000)
  await expect(page.getByText('airmissing Not found')).toHaveCount(0)
  await expect(page.getByText('a-b')).toHaveCount(0)
  await expect(page.getByTestId('air-marks').getByRole('listitem')).toHaveCount(1)
})
