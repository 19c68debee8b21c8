import { expect, test } from 'vitest'
import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { momentRecord, noLeading, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { channelMomentsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { message, moderation, tick } from '@chat-battle/statistics/chat-events.fixture'
import { PartitionState } from '@chat-battle/statistics/partition'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { startStatistics } from './statistics.ts'

const start = 1_700_000_400_000
const second = 1000
const burstAt = start + 180 * second

/** Three minutes of a message per two seconds, 60 messages of 60 people within 20 s, and a minute to its end. */
function chat(): ChatEvent[] {
  const events: ChatEvent[] = []
  for (let at = start; at < burstAt + 80 * second; at += 2 * second)
    events.push(message(at, { user_id: String((at / second) % 20) }))
  for (let index = 0; index < 60; index++)
    events.push(message(burstAt + index * 333, { user_id: String(100 + index), message: 'GG wow' }))
  for (let at = start; at < burstAt + 80 * second; at += 5 * second) events.push(tick(at, at - 5 * second))
  events.push(moderation(burstAt + 70 * second, { target_user_id: '103' }))
  return events.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
}

function startOwner(installation: Awaited<ReturnType<typeof testInstallation>>, keepsTexts = true) {
  return startStatistics({
    ...installation,
    optOuts: noOptOuts,
    keepsTexts,
    registry: createRegistry(),
    sessionTimeoutMs: 6000,
    onFatal: (error) => {
      throw error
    },
  })
}

async function send(
  { kafka, settings }: Awaited<ReturnType<typeof testInstallation>>,
  events: readonly ChatEvent[],
): Promise<void> {
  const producer = createProducer(kafka)
  await producer.connect()
  const messages = events.map((event) => ({ key: event.channel_id, value: JSON.stringify(event) }))
  await producer.send({ topic: prefixed(settings, chatMessagesTopic.name), messages })
  await producer.disconnect()
}

test('writes each moment once, as the fold has it, although its owner ends within it', async () => {
  await using installation = await testInstallation()
  const { kafka, settings } = installation
  const events = chat()
  const written: MomentRecord[] = []
  const topic = prefixed(settings, channelMomentsTopic.name)
  await using _reader = await readWholeTopic(kafka, topic, installation.logger, ({ value }) => {
    written.push(momentRecord.parse(JSON.parse(String(value))))
  })
  const middle = events.findIndex(({ timestamp }) => (timestamp ?? 0) > burstAt + 12 * second)
  const before = await startOwner(installation)
  await send(installation, events.slice(0, middle))
  await until(() => written.length > 0, 'a moment that lasts is written')
  await before[Symbol.asyncDispose]()
  await using _after = await startOwner(installation)
  await send(installation, events.slice(middle))

  const state = new PartitionState()
  for (const event of events) state.apply(event, state.nextOffset, Date.now())
  const expected = state.moments.take()
  expect(expected).toMatchObject([
    { start: burstAt, end: burstAt + 20 * second, leading: { text: 'gg wow' } },
  ])
  await until(() => written.at(-1)?.revision === expected[0]?.revision, 'the moderated moment is written')
  expect(written.at(-1)).toEqual(expected[0])
  expect(new Set(written.map(({ start: each }) => each))).toEqual(new Set([burstAt]))
  const revisions = written.map(({ revision }) => revision)
  expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b))
})

test('an installation that keeps no texts publishes moments without them', async () => {
  await using installation = await testInstallation()
  const { kafka, settings, logger } = installation
  const values: string[] = []
  const topic = prefixed(settings, channelMomentsTopic.name)
  await using _reader = await readWholeTopic(kafka, topic, logger, ({ value }) => {
    values.push(String(value))
  })
  await using _owner = await startOwner(installation, false)
  await send(installation, chat())
  const read = () => momentRecord.parse(JSON.parse(values.at(-1) ?? ''))
  await until(() => values.length > 0 && read().end !== null, 'the end of a moment')
  expect(read()).toMatchObject({
    start: burstAt,
    people: 70,
    leading: noLeading,
    samples: [],
    sample_sources: [],
  })
  expect(values.join()).not.toMatch(/gg wow/i)
})
