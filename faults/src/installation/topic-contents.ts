import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { chatEvent } from '@chat-battle/contracts/records/chat-event'
import { channelStatsTopic, chatMessagesTopic, type Topic } from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { keyOfEvent } from '../judges/event-key.ts'
import type { Installation } from './installation.ts'

/** Everything that ingest has written: how often, by `keyOfEvent`. */
export async function readChat(installation: Installation): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  await readAll(installation, chatMessagesTopic, ({ value }) => {
    const read = chatEvent.safeParse(parse(value))
    const key = read.success ? keyOfEvent(read.data) : undefined
    if (key !== undefined) times.set(key, (times.get(key) ?? 0) + 1)
  })
  return times
}

/** The newest frame of each window, a final one before any other, by `login:start`. */
export async function readFrames(installation: Installation): Promise<Map<string, ChannelStats>> {
  const frames = new Map<string, ChannelStats>()
  await readAll(installation, channelStatsTopic, ({ value }) => {
    const read = channelStats.safeParse(parse(value))
    if (!read.success) return
    const key = `${read.data.channel_login}:${read.data.window_start}`
    const known = frames.get(key)
    const isNewer =
      known === undefined ||
      (read.data.final === known.final ? read.data.revision > known.revision : read.data.final)
    if (isNewer) frames.set(key, read.data)
  })
  return frames
}

export async function readAll(
  { kafka, settings, logger }: Pick<Installation, 'kafka' | 'settings' | 'logger'>,
  topic: Topic,
  onRecord: (record: TopicRecord) => void,
): Promise<void> {
  await using reader = await readWholeTopic(kafka, prefixed(settings, topic.name), logger, onRecord)
  await reader.caughtUp
}

function parse(value: Buffer | null): unknown {
  try {
    return JSON.parse(String(value))
  } catch {
    return undefined
  }
}
