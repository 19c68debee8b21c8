import { expect, type Locator, type Page } from '@playwright/test'

/** A person without a mouse: everything is reached and used by keys. */
export class Keyboard {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** Opens an address; resolves when the page does what keys say. */
  async open(path: string): Promise<void> {
    await this.#page.goto(path)
    const list = this.#page.getByRole('dialog', { name: 'Keyboard' })
    await expect(async () => {
      await this.press('?')
      await expect(list).toBeVisible({ timeout: 500 })
    }).toPass()
    await this.press('Escape')
    await expect(list).toBeHidden()
  }

  /** Presses keys, one after the other. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key)
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text)
  }

  /** Presses a key, at most so many times, until a control has the focus. */
  async goTo(control: Locator, most: number, key = 'Tab'): Promise<void> {
    await expect(control).toBeAttached()
    for (let count = 0; count < most; count++) {
      await this.press(key)
      if (await control.evaluate((element) => element === document.activeElement)) return
    }
    const reached = await this.#page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))
    throw new Error(`${String(control)} is not reached by ${most} times ${key}, but ${reached}`)
  }

  /** Goes to a control of the content of a page that was just opened. */
  async goToContent(control: Locator, most: number): Promise<void> {
    const skip = this.#page.getByRole('link', { name: 'Skip to the content' })
    await expect(control).toBeAttached()
    // Where a link led here, the page gives up the focus a moment after its content is there.
    await expect(() => this.goTo(skip, 1)).toPass({ intervals: [100] })
    await this.press('Enter')
    await this.goTo(control, most)
  }
}
