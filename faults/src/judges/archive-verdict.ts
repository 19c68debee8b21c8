import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { Installation } from '../installation/installation.ts'
import { expectedRow, readArchivedMessages, readArchivedWindows } from './archive-rows.ts'
import type { KeyedLine } from './gaps.ts'
import { RemovedRows } from './removed-rows.ts'
import { yieldingToEventLoop } from './yielding.ts'

const retryAfterMs = 3000
const archivedWithinMs = 400_000

export interface ArchiveVerdict {
  lost: number
  twice: number
  problems: string[]
}

/**
 * Compares every archived row with what was received, column by column, and every archived window with its final frame, once
 * the archive is complete or time is up.
 */
export async function judgeArchive(
  installation: Installation,
  received: readonly KeyedLine[],
  finals: readonly ChannelStats[],
): Promise<ArchiveVerdict> {
  const expected = new Map<string, string>()
  const removed = new RemovedRows()
  for await (const line of yieldingToEventLoop(received)) removed.add(line)
  for await (const { login, line, key } of yieldingToEventLoop(received)) {
    const row = expectedRow(login, line, removed)
    if (row !== undefined && key !== undefined) expected.set(key.slice('message '.length), row)
  }
  const deadlineMs = performance.now() + archivedWithinMs
  for (;;) {
    const verdict = await compareMessages(installation, expected)
    const windowProblems = await compareWindows(installation, finals)
    const isComplete = verdict.lost === 0 && verdict.problems.length === 0
    if ((isComplete && windowProblems.length === 0) || performance.now() > deadlineMs)
      return { ...verdict, problems: [...verdict.problems, ...windowProblems] }
    await delay(retryAfterMs)
  }
}

async function compareMessages(
  installation: Installation,
  expected: ReadonlyMap<string, string>,
): Promise<ArchiveVerdict> {
  const seen = new Set<string>()
  const verdict: ArchiveVerdict = { lost: 0, twice: 0, problems: [] }
  await readArchivedMessages(installation, (id, row) => {
    if (seen.has(id)) verdict.twice++
    seen.add(id)
    const exact = expected.get(id)
    if (exact === undefined) verdict.problems.push(`a row for a message that was not received: ${row}`)
    else if (exact !== row) verdict.problems.push(`a row is ${row}, expected: ${exact}`)
  })
  verdict.lost = [...expected.keys()].filter((id) => !seen.has(id)).length
  return verdict
}

async function compareWindows(
  installation: Installation,
  finals: readonly ChannelStats[],
): Promise<string[]> {
  const archived = await readArchivedWindows(installation)
  return finals
    .filter(
      (stats) => !isDeepStrictEqual(archived.get(`${stats.channel_login}:${stats.window_start}`), stats),
    )
    .map(
      ({ channel_login: login, window_start: start }) =>
        `${login} ${start}: the archive does not have the window's final frame`,
    )
}
