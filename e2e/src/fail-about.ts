import type { Page } from '@playwright/test'

/** From now on, the data of the page About is an error of the server when the browser fetches it alone. */
export async function failAbout(page: Page): Promise<void> {
  await page.route(/about\/__data\.json/, async (route) => {
    const answer = await route.fetch()
    const { nodes, ...data } = (await answer.json()) as { nodes: unknown[] }
    const failed = { type: 'error', error: { status: 500, message: 'failed' } }
    await route.fulfill({ json: { ...data, nodes: [...nodes.slice(0, -1), failed] } })
  })
}
