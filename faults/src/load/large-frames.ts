import { statsKey } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { channelStatsTopic } from '@chat-battle/contracts/records/topics'
import { windowStart } from '@chat-battle/contracts/window'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import type { Installation } from '../installation/installation.ts'

const everyMs = 50
/** 100 kB in few kinds with long names, which cost their readers little CPU. */
const notices = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`${index}${'x'.repeat(10_000)}`, 1]),
)

/**
 * Writes frames larger than any of the processor, 20 per second until disposal, for a channel without chat. Each subscribed
 * client gets 2 MB per second, more than the buffers of its sockets hold.
 */
export async function sendLargeFrames(
  { kafka, settings, twitch }: Installation,
  login: string,
): Promise<AsyncDisposable> {
  const producer = createProducer(kafka)
  await producer.connect()
  let revision = 0
  let sending: Promise<unknown> = Promise.resolve()
  const send = () => {
    const empty = emptyStats(twitch.roomId(login), login, windowStart(Date.now()))
    const stats = { ...empty, notices, revision: ++revision }
    const messages = [{ key: statsKey(stats), value: JSON.stringify(stats) }]
    sending = sending.then(() =>
      producer.send({ topic: prefixed(settings, channelStatsTopic.name), messages }),
    )
  }
  const timer = setInterval(send, everyMs)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await sending
      await producer.disconnect()
    },
  }
}
