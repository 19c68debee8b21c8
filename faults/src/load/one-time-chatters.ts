import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { chatMessagesTopic } from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import type { Installation } from '../installation/installation.ts'

const perBatch = 2000

type Written = Pick<ChatMessage, 'channel_id' | 'channel_login' | 'user_id' | 'timestamp'>

/** Writes a message each of `count` people whom nobody has heard of before, and nobody will again, straight to Kafka. */
async function writeStrangers(
  { kafka, settings }: Installation,
  count: number,
  messageOf: (index: number) => Written,
  onBatch: (written: number) => void = () => undefined,
): Promise<void> {
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(settings, chatMessagesTopic.name)
  for (let first = 0; first < count; first += perBatch) {
    const messages = Array.from({ length: Math.min(perBatch, count - first) }, (_, index) => {
      const written = messageOf(first + index)
      const event: ChatMessage = {
        type: 'message',
        ...written,
        message_id: `stranger-${written.channel_id}-${written.user_id}`,
        username: `user${written.user_id}`,
        display_name: 'Stranger',
        message: 'hello and good bye',
        is_action: false,
        emotes: [],
        badges: {},
        bits: 0,
        is_first: true,
        is_subscriber: false,
        reply_to: null,
        source_channel_id: null,
        source_message_id: null,
      }
      return { key: event.channel_id, value: JSON.stringify(event) }
    })
    await producer.send({ topic, messages })
    onBatch(first + messages.length)
  }
  await producer.disconnect()
}

/** Each in a channel of its own. */
export function writeStrays(
  installation: Installation,
  count: number,
  say: (line: string) => void,
): Promise<void> {
  const messageOf = (index: number) => {
    const id = String(5_000_000_000 + index)
    return { channel_id: id, channel_login: `stray${id}`, user_id: id, timestamp: Date.now() }
  }
  return writeStrangers(installation, count, messageOf, (written) => {
    if (written % 250_000 === 0) say(`${written} channels`)
  })
}

/** All in one channel, at one moment, epoch ms. */
export function writeCrowd(
  installation: Installation,
  count: number,
  channel: { id: string; login: string },
  timestamp: number,
): Promise<void> {
  return writeStrangers(installation, count, (index) => ({
    channel_id: channel.id,
    channel_login: channel.login,
    user_id: String(7_000_000_000 + index),
    timestamp,
  }))
}
