import { compareWindow } from '@chat-battle/twitch-stub/compare/side-by-side'
import type { Watcher } from '../clients/watcher.ts'
import type { Verdict } from './verdict.ts'

/** Where a client that watched all the time does not end with the exact count, or was sent older frames than it had. */
export function judgeLiveFrames(watcher: Watcher, { counted }: Pick<Verdict, 'counted'>): string[] {
  const differences = watcher.channels.flatMap((login) => {
    const windows = counted.get(login)
    const start = Math.max(...(windows?.keys() ?? []))
    const exact = windows?.get(start)
    if (exact === undefined) return []
    return compareWindow(exact, watcher.shown(login, start))
      .rows.filter(({ same }) => !same)
      .map(({ figure, counted, shown }) => `${login}: live ${figure} is ${shown}, counted ${counted}`)
  })
  if (watcher.wentBack > 0) differences.push(`${watcher.wentBack} frames went back`)
  if (watcher.undecodable > 0) differences.push(`${watcher.undecodable} frames could not be decoded`)
  return differences
}
