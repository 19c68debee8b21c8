import type { z } from '../zod.ts'
import { chatAck, downEvents, subscribeAck, type ChatAck, type DownEvent, type SubscribeAck } from './down.ts'

type Payload<E extends DownEvent> = z.infer<(typeof downEvents)[E]>

/** A listener of an event. `onPayload` receives what the event's schema accepts, `onUndecodable` the reason for the rest. */
export function decodeEvent<E extends DownEvent>(
  event: E,
  onPayload: (payload: Payload<E>) => void,
  onUndecodable: (reason: Error) => void,
): (payload: unknown) => void {
  const schema = downEvents[event] as unknown as z.ZodType<Payload<E>>
  return (payload) => {
    const read = schema.safeParse(payload)
    if (read.success) onPayload(read.data)
    else onUndecodable(read.error)
  }
}

/** Undefined: not an acknowledgement. */
export function decodeAck(answer: unknown): SubscribeAck | undefined {
  return subscribeAck.safeParse(answer).data
}

/** Undefined: not an acknowledgement of a subscription to messages. */
export function decodeChatAck(answer: unknown): ChatAck | undefined {
  return chatAck.safeParse(answer).data
}
