import { isDeepStrictEqual } from 'node:util'
import { chatEvent } from '@chat-battle/contracts/records/chat-event'
import {
  momentKey,
  momentRecord,
  shownMoment,
  type MomentRecord,
} from '@chat-battle/contracts/records/moment'
import { channelMomentsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { listMoments } from '@chat-battle/contracts/rest/routes/list-moments'
import { PartitionState } from '@chat-battle/statistics/partition'
import type { Installation } from '../installation/installation.ts'
import { readTopic } from '../installation/topic-contents.ts'

const reachMs = 60 * 60_000

/** What `channel-moments` and REST have differently from the moments of one undisturbed fold over the same input. */
export async function momentProblems(
  installation: Installation,
  logins: readonly string[],
): Promise<string[]> {
  const expected = await foldMoments(installation)
  const { newest, problems } = await writtenMoments(installation)
  for (const [key, moment] of expected)
    if (!isDeepStrictEqual(newest.get(key), moment))
      problems.push(
        `moment ${key} is ${JSON.stringify(newest.get(key))}, expected: ${JSON.stringify(moment)}`,
      )
  for (const key of newest.keys())
    if (!expected.has(key)) problems.push(`moment ${key} is written, and not found`)
  for (const { end, channel_login: login } of expected.values())
    if (end === null) problems.push(`a moment of ${login} lasts`)
  for (const login of logins) {
    const own = [...expected.values()].filter(({ channel_login }) => channel_login === login).map(shownMoment)
    if (own.length === 0) problems.push(`no moment of ${login} is found: the load does not test it`)
    const shown = await readMoments(installation, login)
    if (
      !isDeepStrictEqual(
        shown,
        own.sort((one, other) => one.start - other.start),
      )
    )
      problems.push(`REST has ${shown.length} moments of ${login}, expected the ${own.length} of the fold`)
  }
  return problems
}

/** The newest record of each moment. Of one moment each record is newer than the one before. */
async function writtenMoments(installation: Installation) {
  const newest = new Map<string, MomentRecord>()
  const problems: string[] = []
  await readTopic(installation, channelMomentsTopic, ({ key, value }) => {
    const record = momentRecord.parse(JSON.parse(String(value)))
    const before = newest.get(String(key))
    if (before !== undefined && record.revision <= before.revision)
      problems.push(`moment ${String(key)} has revision ${record.revision} after ${before.revision}`)
    newest.set(String(key), record)
  })
  return { newest, problems }
}

async function foldMoments(installation: Installation): Promise<Map<string, MomentRecord>> {
  const states = new Map<number, PartitionState>()
  await readTopic(installation, chatMessagesTopic, ({ partition, offset, appendedAtMs, value }) => {
    const state = states.get(partition) ?? new PartitionState()
    states.set(partition, state)
    state.apply(chatEvent.parse(JSON.parse(String(value))), BigInt(offset), appendedAtMs)
  })
  const found = [...states.values()].flatMap((state) => state.moments.take())
  return new Map(found.map((moment) => [momentKey(moment), moment]))
}

async function readMoments({ url }: Installation, login: string) {
  const to = Date.now() + reachMs
  const given = { params: { channel: login }, query: { from: to - 2 * reachMs, to } }
  return (await callRoute(listMoments, given, { origin: url('gateway') })).moments
}
