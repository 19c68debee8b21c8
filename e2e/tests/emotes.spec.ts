import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { expect, test } from '../src/fixtures.ts'

test("shows which of a channel's emotes are used, with their pictures", async ({ battle, page, twitch }) => {
  const channel = derivedRoomId('emoted')
  await twitch.do({
    do: 'emoteSet',
    provider: '7tv',
    channel,
    emotes: [
      { id: 'AAAAAAAAAAAAAAAAAAAAAAAA01', name: 'waveDuck', isAnimated: true },
      { id: 'AAAAAAAAAAAAAAAAAAAAAAAA02', name: 'Rain', isZeroWidth: true },
      { id: 'AAAAAAAAAAAAAAAAAAAAAAAA03', name: 'neverUsed' },
      { id: 'AAAAAAAAAAAAAAAAAAAAAAAA04', name: 'probe7' },
    ],
  })
  await twitch.do({
    do: 'emoteSet',
    provider: 'bttv',
    channel,
    emotes: [{ id: 'bbbbbbbbbbbbbbbbbbbbbbb1', name: 'duckJam' }],
  })
  await battle.open(['emoted'])
  await expect(battle.status('emoted')).toHaveAttribute('data-status', 'live')
  const card = battle.card('emoted')
  await expect(async () => {
    await twitch.say('emoted', 'probe', 'duckJam probe7')
    for (const hasText of ['duckJam', 'probe7'])
      await expect(card.getByRole('listitem').filter({ hasText })).toBeVisible({ timeout: 500 })
  }).toPass()
  await twitch.say('emoted', 'ann', 'waveDuck Rain waveDuck')
  await expect(card.getByRole('listitem').filter({ hasText: 'waveDuck' })).toHaveText(/waveDuck\s*2/)

  await card.getByRole('link', { name: 'All emotes of the channel' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Emotes of emoted')
  await expect(page.getByTestId('emotes-total')).toContainText('1 of 5 not used')
  const rows = page.getByRole('row')
  await expect(rows.nth(1)).toHaveText(/neverUsed\s*7TV\s*0\s*not used/)
  await expect(page.getByRole('columnheader', { name: 'Last used' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  )
  await page.getByRole('columnheader', { name: 'Emote' }).getByRole('button').click()
  await expect(page).toHaveURL(/\?sort=name$/)
  await expect(rows.getByRole('rowheader')).toHaveText([
    /duckJam/,
    /neverUsed/,
    /probe7/,
    /Rain\s*lies over/,
    /waveDuck/,
  ])
  const picture = rows.nth(5).getByRole('presentation')
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0)
  expect(await picture.getAttribute('src')).toBe('/emotes/7tv/AAAAAAAAAAAAAAAAAAAAAAAA01/1x?static=1')
  await battle.expectAccessible()

  // Animated, unless motion is reduced, as it is in these tests, or the visitor says still.
  const shownSource = () => picture.evaluate((image: HTMLImageElement) => image.currentSrc)
  await expect.poll(shownSource).toMatch(/01\/1x\?static=1$/)
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await expect.poll(shownSource).toMatch(/01\/1x$/)

  await page.getByText('BetterTTV', { exact: true }).first().click()
  await expect(page.getByTestId('emotes-total')).toContainText('0 of 1 not used')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByLabel('Still emotes').check()
  await expect(rows.nth(1).getByRole('presentation')).toHaveAttribute('src', /\?static=1$/)

  await page.goto('/?channels=emoted&side=chat')
  const line = page.getByTestId('chat').getByRole('listitem').filter({ hasText: 'ann' })
  await expect(line.getByRole('img')).toHaveCount(3)
  const boxOf = async (index: number) => {
    const box = await line.getByRole('img').nth(index).boundingBox()
    if (box === null) throw new Error('no picture')
    return { left: box.x, middle: box.x + box.width / 2, right: box.x + box.width, ...box }
  }
  const [below, over, after] = await Promise.all([0, 1, 2].map(boxOf))
  await expect(line.getByRole('img').nth(1)).toHaveAttribute('alt', 'Rain')
  expect(Math.abs((below?.middle ?? 0) - (over?.middle ?? 99))).toBeLessThan(1)
  expect(over?.y).toBe(below?.y)
  expect(after?.left).toBeGreaterThanOrEqual(below?.right ?? Infinity)

  // A picture of the live page follows the same wishes.
  await expect(line.getByRole('img').first()).toHaveAttribute('src', /\?static=1$/)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByLabel('Still emotes').uncheck()
  await expect(line.getByRole('img').first()).not.toHaveAttribute('src', /static/)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await expect(line.getByRole('img').first()).toHaveAttribute('src', /\?static=1$/)

  await page.goto('/channel/nobodyhere/emotes')
  await expect(page.getByRole('status').filter({ hasText: 'is not being read' })).toBeVisible()
})
