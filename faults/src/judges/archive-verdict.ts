import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { archivedForm, readMessages, readWindows } from './archive-rows.ts'
import { inTurns } from './yielding.ts'
import type { Installation } from '../installation/installation.ts'

const askAgainMs = 3000
const archivedWithinMs = 180_000

export interface ArchiveVerdict {
  lost: number
  twice: number
  problems: string[]
}

/**
 * Holds every row of the archive against what was sent, column for column, and every closed window against its final frame,
 * once the archive is complete or does not become so.
 */
export async function judgeArchive(
  installation: Installation,
  heard: readonly { login: string; line: string; key: string | undefined }[],
  finals: readonly ChannelStats[],
): Promise<ArchiveVerdict> {
  const expected = new Map<string, string>()
  for await (const { login, line, key } of inTurns(heard)) {
    const form = archivedForm(login, line)
    if (form !== undefined && key !== undefined) expected.set(key.slice('message '.length), form)
  }
  const deadlineMs = performance.now() + archivedWithinMs
  for (;;) {
    const verdict = await compareMessages(installation, expected)
    const windows = await compareWindows(installation, finals)
    if ((verdict.lost === 0 && windows.length === 0) || performance.now() > deadlineMs)
      return { ...verdict, problems: [...verdict.problems, ...windows] }
    await delay(askAgainMs)
  }
}

async function compareMessages(
  installation: Installation,
  expected: ReadonlyMap<string, string>,
): Promise<ArchiveVerdict> {
  const seen = new Set<string>()
  const verdict: ArchiveVerdict = { lost: 0, twice: 0, problems: [] }
  await readMessages(installation, (id, form) => {
    if (seen.has(id)) verdict.twice++
    seen.add(id)
    const exact = expected.get(id)
    if (exact === undefined) verdict.problems.push(`a row that nobody sent: ${form}`)
    else if (exact !== form) verdict.problems.push(`a row is ${form}, sent was ${exact}`)
  })
  verdict.lost = [...expected.keys()].filter((id) => !seen.has(id)).length
  return verdict
}

async function compareWindows(
  installation: Installation,
  finals: readonly ChannelStats[],
): Promise<string[]> {
  const archived = await readWindows(installation)
  return finals
    .filter(
      (stats) => !isDeepStrictEqual(archived.get(`${stats.channel_login}:${stats.window_start}`), stats),
    )
    .map(
      ({ channel_login: login, window_start: start }) =>
        `${login} ${start}: the archive does not have the window's final frame`,
    )
}
