import { expect, type Page } from '@playwright/test'

/** Until a page's scripts run, its keys and buttons do nothing. */
export async function hasStarted(page: Page): Promise<void> {
  await expect(page.locator('#without-scripts')).toHaveCount(0)
}
