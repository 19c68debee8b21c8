import type { BrowserContextOptions, Page } from '@playwright/test'
import { hasStarted } from '../src/has-started.ts'
import type { TwitchControl } from '../src/twitch-control.ts'

export interface Stage {
  page: Page
  twitch: TwitchControl
  operatorToken: string
  /** The simulated chat began then, epoch ms. */
  sinceMs: number
  nowMs: number
}

/** A state of the page that the gallery shows. */
export interface Scene {
  /** Of the sheet's file. */
  name: string
  /** Of its row in the list. */
  title: string
  /** How it is brought about. */
  how: string
  context?: BrowserContextOptions
  /** Browser's zoom. */
  zoom?: number
  /** Resolves when the state is there. */
  show(stage: Stage): Promise<void>
}

export interface View {
  width: number
  height: number
  /** So much of it is on the sheet. */
  shownHeight: number
  scale: number
}

export const views: readonly View[] = [
  { width: 390, height: 1500, shownHeight: 1000, scale: 0.5 },
  { width: 820, height: 1300, shownHeight: 900, scale: 0.5 },
  { width: 1440, height: 1100, shownHeight: 900, scale: 0.5 },
  { width: 2560, height: 1440, shownHeight: 1440, scale: 0.34 },
]
/** At 200 % no page has to fit into less than 320 CSS px. */
export const zoomedViews: readonly View[] = views.map((view) => ({
  ...view,
  width: Math.max(640, view.width),
}))
export const schemes = ['dark', 'light'] as const

/** A page of its own at an address. */
export function at(
  name: string,
  title: string,
  address: string | ((stage: Stage) => string),
  more: Partial<Scene> & { ready?: (stage: Stage) => Promise<void> } = {},
): Scene {
  const { ready, ...rest } = more
  return {
    name,
    title,
    how: 'simulated chat',
    async show(stage) {
      await stage.page.goto(typeof address === 'string' ? address : address(stage))
      await hasStarted(stage.page)
      await ready?.(stage)
    },
    ...rest,
  }
}
