import type { Indicator } from '../channel/indicator.ts'

/** The last figures stay on air for this long without new ones. */
export const holdMs = 30_000
/** Sentences about missing figures are for the person who sets the overlay up: they leave the air after this time. */
export const setUpMs = 60_000

/**
 * `setting_up`: no figures yet, in words. `on`: figures arrive. `held`: the last figures, with a mark. `off`: nothing but a mark.
 */
export type AirState = 'setting_up' | 'on' | 'held' | 'off'

/** Whether a channel has present figures. */
export function isFresh(indicator: Indicator): boolean {
  return indicator === 'live' || indicator === 'polling'
}

/** What an overlay has on air: no error text, and no figures that are long out of date. */
export class Air {
  state = $state<AirState>('setting_up')
  /** Whether words about what is missing are shown. */
  isSettingUp = $state(true)
  #shownAtMs: number | undefined
  #freshAtMs: number | undefined

  /** `isFresh`: whether the first paint has figures. */
  constructor(isFresh: boolean) {
    if (isFresh) this.state = 'on'
  }

  /** To be called as time passes. `nowMs`: epoch ms of the browser. */
  update(indicators: readonly Indicator[], nowMs: number): void {
    this.#shownAtMs ??= nowMs
    this.isSettingUp = nowMs - this.#shownAtMs < setUpMs
    if (indicators.some(isFresh)) this.#freshAtMs = nowMs
    if (this.#freshAtMs === undefined) this.state = this.isSettingUp ? 'setting_up' : 'off'
    else if (this.#freshAtMs === nowMs) this.state = 'on'
    else this.state = nowMs - this.#freshAtMs < holdMs ? 'held' : 'off'
  }
}
