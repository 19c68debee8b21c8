import { expect } from '@playwright/test'
import { at, type Scene, type Stage } from './scene.ts'

const [one, two] = ['pixelparade', 'speedlab']

/** On a picture, as over a video. The page's CSP refuses a style sheet. */
async function onVideo({ page }: Stage): Promise<void> {
  await page.evaluate(() => {
    const stripes = '#33503c 0 90px, #8a7a4e 90px 180px, #c8cfd6 180px 240px'
    const { style } = document.documentElement
    style.background = `repeating-linear-gradient(115deg, ${stripes})`
    style.minHeight = '100vh'
  })
}

const overlay = (layout: string, options = ''): Scene =>
  at(
    `overlay-${layout}`,
    `Overlay, layout \`${layout}\``,
    `/overlay/${one},${two}?layout=${layout}${options}`,
    {
      how: 'over a made-up video',
      async ready(stage) {
        await expect(stage.page.getByTestId('air')).toHaveAttribute('data-state', 'on')
        await onVideo(stage)
        await stage.page.waitForTimeout(1500)
      },
    },
  )

export const overlays: readonly Scene[] = [
  at('overlay-builder', 'The builder of overlays', '/overlay', {
    async ready({ page }) {
      await page.getByLabel('Channels').fill(`${one} ${two}`)
      await expect(page.frameLocator('iframe').getByTestId('air')).toHaveAttribute('data-state', 'on')
    },
  }),
  overlay('bar'),
  overlay('curve'),
  overlay('leaders'),
  overlay('moment', '&example=1'),
  overlay('vote', '&options=1:Chess,2:Go&title=What%20next%3F'),
]
