import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import type { Installation } from '../installation/installation.ts'

const perBatch = 2000
const logEvery = 250_000

interface OneTimeChatter {
  channelId: string
  channelLogin: string
  userId: string
  /** Epoch ms. */
  timestamp: number
}

/** Writes one message per chatter, each of whom appears once, straight to Kafka. */
async function writeChatters(
  { kafka, settings }: Installation,
  count: number,
  chatterAt: (index: number) => OneTimeChatter,
  onBatch: (written: number) => void = () => undefined,
): Promise<void> {
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(settings, chatMessagesTopic.name)
  for (let first = 0; first < count; first += perBatch) {
    const messages = Array.from({ length: Math.min(perBatch, count - first) }, (_, index) => {
      const { channelId, channelLogin, userId, timestamp } = chatterAt(first + index)
      const event = message(timestamp, {
        channel_id: channelId,
        channel_login: channelLogin,
        message_id: `once-${channelId}-${userId}`,
        user_id: userId,
        username: `user${userId}`,
        message: 'hello and good bye',
        is_first: true,
      })
      return { key: event.channel_id, value: JSON.stringify(event) }
    })
    await producer.send({ topic, messages })
    onBatch(first + messages.length)
  }
  await producer.disconnect()
}

/** One message in each of `count` channels. */
export function writeOneTimeChannels(
  installation: Installation,
  count: number,
  log: (line: string) => void,
): Promise<void> {
  const chatterAt = (index: number) => {
    const id = String(5_000_000_000 + index)
    return { channelId: id, channelLogin: `once${id}`, userId: id, timestamp: Date.now() }
  }
  return writeChatters(installation, count, chatterAt, (written) => {
    if (written % logEvery === 0) log(`${written} channels`)
  })
}

/** One message by each of `count` chatters of one channel, all with the same timestamp, epoch ms. */
export function writeCrowd(
  installation: Installation,
  count: number,
  channel: { id: string; login: string },
  timestamp: number,
): Promise<void> {
  return writeChatters(installation, count, (index) => ({
    channelId: channel.id,
    channelLogin: channel.login,
    userId: String(7_000_000_000 + index),
    timestamp,
  }))
}
