import { channelStatsTopic, chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { createKafka, prefixed, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { childArguments, sendToParent } from '../child.ts'
import { FrameTimes } from './frame-times.ts'

/** When the broker appended the lines of each channel, and the first frame that counts each of them; epoch ms. */
export interface TopicTimes {
  lines: Record<string, number[]>
  frames: Record<string, number[]>
}

const [settings] = childArguments<[KafkaSettings]>()
const logger = createLogger('bench', 'error')
const kafka = createKafka('bench', settings, logger)
const lines: Record<string, number[]> = {}
const frames = new FrameTimes()
const chat = await readWholeTopic(
  kafka,
  prefixed(settings, chatMessagesTopic.name),
  logger,
  ({ value, appendedAtMs }) => {
    const event = JSON.parse(value?.toString() ?? '{}') as { type?: string; channel_login?: string }
    if (event.type === 'message') (lines[event.channel_login ?? ''] ??= []).push(appendedAtMs)
  },
)
const stats = await readWholeTopic(
  kafka,
  prefixed(settings, channelStatsTopic.name),
  logger,
  ({ value, appendedAtMs }) => {
    if (value !== null) frames.add(JSON.parse(value.toString()) as ChannelStats, appendedAtMs)
  },
)
process.on('message', () => sendToParent({ lines, frames: frames.byChannel } satisfies TopicTimes))
await Promise.all([chat.caughtUp, stats.caughtUp])
sendToParent('ready')
