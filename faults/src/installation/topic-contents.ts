import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { chatEvent } from '@chat-battle/contracts/records/chat-event'
import { isNewerFrame } from '@chat-battle/contracts/records/newer-frame'
import { channelStatsTopic, chatMessagesTopic, type Topic } from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { keyOfEvent } from '../judges/event-key.ts'
import type { Installation } from './installation.ts'

/** How often ingest wrote each chat event, by `keyOfEvent`. */
export async function readChatKeys(installation: Installation): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  await readTopic(installation, chatMessagesTopic, ({ value }) => {
    const event = chatEvent.safeParse(parseJson(value))
    const key = event.success ? keyOfEvent(event.data) : undefined
    if (key !== undefined) times.set(key, (times.get(key) ?? 0) + 1)
  })
  return times
}

/** The newest frame of each window, by `login:start`. */
export async function readFrames(installation: Installation): Promise<Map<string, ChannelStats>> {
  const frames = new Map<string, ChannelStats>()
  await readTopic(installation, channelStatsTopic, ({ value }) => {
    const frame = channelStats.safeParse(parseJson(value))
    if (!frame.success) return
    const key = `${frame.data.channel_login}:${frame.data.window_start}`
    const known = frames.get(key)
    if (known === undefined || isNewerFrame(frame.data, known) || isRewrittenFinal(frame.data, known))
      frames.set(key, frame.data)
  })
  return frames
}

/** Readers ignore a second final frame, but compaction keeps it: it must be exact as well. */
function isRewrittenFinal(frame: ChannelStats, known: ChannelStats): boolean {
  return frame.final && known.final && frame.revision > known.revision
}

export async function readTopic(
  { kafka, settings, logger }: Pick<Installation, 'kafka' | 'settings' | 'logger'>,
  topic: Topic,
  onRecord: (record: TopicRecord) => void,
): Promise<void> {
  await using reader = await readWholeTopic(kafka, prefixed(settings, topic.name), logger, onRecord)
  await reader.caughtUp
}

function parseJson(value: Buffer | null): unknown {
  try {
    return JSON.parse(String(value))
  } catch {
    return undefined
  }
}
