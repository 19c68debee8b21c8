import type { ChannelEvent, ChatMessage, Notice } from '@chat-battle/contracts/records/chat-event'
import { windowStart } from '@chat-battle/contracts/window'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import type { Row } from './rows.ts'

type OtherEvent = Exclude<ChannelEvent, ChatMessage>

/** The params of a notice that are numbers or fixed words of Twitch: others may hold the words of a person. */
const keptParams: ReadonlySet<string> = new Set([
  'amount',
  'category',
  'color',
  'cumulative-months',
  'currency',
  'exponent',
  'gift-months',
  'mass-gift-count',
  'months',
  'multimonth-duration',
  'sender-count',
  'streak-months',
  'sub-plan',
  'value',
  'viewerCount',
])
const maxParamLength = 64
/** Params such as `recipient-id` name further people; Twitch's ids of people are numbers. */
const personParam = /-id$/
const namedOnlyParam = /^sender-(login|name)$/
const personId = /^[0-9]{1,20}$/

/** The row of an input record that is no message. */
export function eventRow(event: OtherEvent, record: TopicRecord): Row {
  const atMs = event.timestamp ?? record.appendedAtMs
  const people = peopleIn(event)
  return {
    channel_id: event.channel_id,
    window_start: new Date(windowStart(atMs)),
    type: event.type,
    at: new Date(atMs),
    input_offset: record.offset,
    appended_at: new Date(record.appendedAtMs),
    // An empty set would be a tombstone.
    user_ids: people.length === 0 ? null : people,
    event: JSON.stringify(archived(event)),
  }
}

/** A row has to be found by the id of each person that it names, so it names no person by login alone. */
function archived(event: OtherEvent): OtherEvent {
  if (event.type === 'moderation' && event.target_user_id === null) return { ...event, target_username: null }
  return event.type === 'notice' ? withoutText(event) : event
}

function peopleIn(event: OtherEvent): string[] {
  if (event.type === 'moderation') return event.target_user_id === null ? [] : [event.target_user_id]
  if (event.type !== 'notice') return []
  const named = Object.entries(event.params)
    .filter(([name, value]) => personParam.test(name) && personId.test(value))
    .map(([, value]) => value)
  return [...new Set(event.user_id === null ? named : [event.user_id, ...named])]
}

function withoutText(notice: Notice): Notice {
  const params = Object.entries(notice.params).filter(
    ([name, value]) => keptParams.has(name) && value.length <= maxParamLength,
  )
  // Twitch's sentence of such a notice names a person whose id it does not have.
  const isNamedOnly = Object.keys(notice.params).some((name) => namedOnlyParam.test(name))
  const system_message = isNamedOnly ? '' : notice.system_message
  return { ...notice, message: null, system_message, params: Object.fromEntries(params) }
}
