import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { until } from '@chat-battle/testkit/testing'
import type { ExactCount } from '@chat-battle/twitch-stub/compare/exact-count'
import { compareWindow } from '@chat-battle/twitch-stub/compare/side-by-side'
import type { Installation } from '../installation/installation.ts'
import { findRestStats } from '../installation/rest.ts'
import { readFrames } from '../installation/topic-contents.ts'

const settledWithinMs = 90_000
/** After a read in which a window still differs from the count. */
const incompleteRetryMs = 3000
const completeRetryMs = 500
const shownByRestWithinMs = 10_000

type Counts = ReadonlyMap<string, ReadonlyMap<number, ExactCount>>

export interface WindowVerdict {
  /** Messages that were received and that no window has. */
  lost: number
  /** What windows count beyond what was received. */
  twice: number
  problems: string[]
  /** The newest frame of each window, by `login:start`. */
  frames: ReadonlyMap<string, ChannelStats>
}

/** Compares every figure of every window, on `channel-stats` and by REST, with the exact count. */
export async function judgeWindows(installation: Installation, counted: Counts): Promise<WindowVerdict> {
  const frames = await settledFrames(installation, counted)
  const verdict: WindowVerdict = { lost: 0, twice: 0, problems: [], frames }
  for (const { channel_login: login, window_start: start, message_count } of frames.values()) {
    if (message_count === 0 || !counted.has(login) || counted.get(login)?.has(start) === true) continue
    verdict.twice += message_count
    verdict.problems.push(`${login} ${start}: ${message_count} messages in a window that got none`)
  }
  for (const [login, windows] of counted) {
    for (const [start, exact] of windows) {
      const shown = frames.get(`${login}:${start}`)
      const difference = exact.message_count - (shown?.message_count ?? 0)
      verdict.lost += Math.max(0, difference)
      verdict.twice += Math.max(0, -difference)
      for (const { figure, counted: exactly, shown: got, same } of compareWindow(exact, shown).rows) {
        if (!same) verdict.problems.push(`${login} ${start}: ${figure} is ${got}, counted ${exactly}`)
      }
      if (shown === undefined || !(await isShownByRest(installation, shown)))
        verdict.problems.push(`${login} ${start}: REST does not show what channel-stats has`)
    }
  }
  return verdict
}

/** Whether REST soon shows the frame, or a newer one with the same figures: ticks go on and raise the revision. */
function isShownByRest(installation: Installation, frame: ChannelStats): Promise<boolean> {
  const { revision, final, coverage: _, ...figures } = frame
  const isShown = async () => {
    const { channel_login: login, window_start: start } = frame
    const read = await findRestStats(installation, 'web', login, start)
    if (read === undefined) return false
    const { revision: shownRevision, final: isFinal, coverage: __, ...shown } = read
    return shownRevision >= revision && (isFinal || !final) && isDeepStrictEqual(shown, figures)
  }
  return until(isShown, 'REST shows the frame', shownByRestWithinMs).then(
    () => true,
    () => false,
  )
}

/** The newest frames, once they show as many messages as were counted twice in a row, or time is up. */
async function settledFrames(
  installation: Installation,
  counted: Counts,
): Promise<Map<string, ChannelStats>> {
  const deadlineMs = performance.now() + settledWithinMs
  for (let before = ''; ;) {
    const frames = await readFrames(installation)
    const sums = [...counted].flatMap(([login, windows]) =>
      [...windows].map(([start, { message_count }]) => ({
        shown: frames.get(`${login}:${start}`)?.message_count ?? 0,
        counted: message_count,
      })),
    )
    const state = JSON.stringify(sums)
    const isComplete = sums.every(({ shown, counted: exactly }) => shown === exactly)
    if ((isComplete && state === before) || performance.now() > deadlineMs) return frames
    before = state
    await delay(isComplete ? completeRetryMs : incompleteRetryMs)
  }
}
