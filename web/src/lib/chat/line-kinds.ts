import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { partsOf } from './message-parts.ts'

/** What the pane can be limited to. */
export const filterKinds = ['questions', 'first', 'subscribers', 'mentions', 'links'] as const
export type FilterKind = (typeof filterKinds)[number]
/** Kinds that a message has by itself. Whether it mentions the channel depends on the channel's name. */
export type LineKind = Exclude<FilterKind, 'mentions'>

const question = /[\p{L}\p{N}][^?？؟]*[?？؟]+(?=$|[\s!"'”)])/u

export function kindsOf(message: ShownMessage): ReadonlySet<LineKind> {
  const parts = partsOf(message)
  const kinds = new Set<LineKind>()
  if (question.test(parts.map((part) => (part.kind === 'link' ? '' : part.text)).join('')))
    kinds.add('questions')
  if (message.is_first) kinds.add('first')
  if (message.is_subscriber) kinds.add('subscribers')
  if (parts.some(({ kind }) => kind === 'link')) kinds.add('links')
  return kinds
}

/** Whether a message names a channel by `@login`, or answers it. */
export function mentions(message: ShownMessage, login: string): boolean {
  return (
    message.reply_to?.username === login ||
    partsOf(message).some((part) => part.kind === 'mention' && part.name === login)
  )
}
