/** Tumbling windows of event time, aligned to the epoch. */

export const windowMs = 10 * 60 * 1000
/** How long after its end a window still counts its events, in channel time. */
export const graceMs = 60 * 1000
/** The step of a window's series. */
export const seriesStepMs = 5000
export const seriesLength = windowMs / seriesStepMs
/** The step of a window's series of moods. */
export const moodStepMs = 60 * 1000
export const moodSeriesLength = windowMs / moodStepMs

/** The step of a window's viewer counts: Twitch's API is read once per minute. */
export const viewersStepMs = 60 * 1000
export const viewersSeriesLength = windowMs / viewersStepMs

/** The start of the window that contains `timestamp`, epoch ms. */
export function windowStart(timestamp: number): number {
  return Math.floor(timestamp / windowMs) * windowMs
}
