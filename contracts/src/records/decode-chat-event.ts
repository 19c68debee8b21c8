import type { z } from '../zod.ts'
import {
  chatEvent,
  emoteProviders,
  type ChatEvent,
  type ChatMessage,
  type EmoteProvider,
  type EmoteRange,
  type MessageMood,
} from './chat-event.ts'

// As in the schema; the property test beside this file holds the two against each other.
const channelId = /^[0-9]{1,20}$/
const channelLogin = /^[a-z0-9_]{1,64}$/
const nameColor = /^#[0-9a-f]{6}$/
const maxEpochMs = 8.64e15
const maxOpaqueId = 128
const maxName = 256
const maxMessage = 4096
const maxEmotes = 1024

/**
 * Returns what `chatEvent` makes of parsed JSON. Checks messages and ticks, which are nearly all records, by hand: the schema takes
 * 3.8 µs per message. What the hand-made check does not accept goes to the schema, which decides and names the problem.
 */
export function decodeChatEvent(json: unknown): z.ZodSafeParseResult<ChatEvent> {
  const data = readPlain(json)
  return data === undefined ? chatEvent.safeParse(json) : { success: true, data }
}

/** As `decodeChatEvent`; throws the error of the schema for anything else. */
export function parseChatEvent(json: unknown): ChatEvent {
  const decoded = decodeChatEvent(json)
  if (!decoded.success) throw decoded.error
  return decoded.data
}

type Fields = Partial<Record<string, unknown>>

function readPlain(json: unknown): ChatEvent | undefined {
  if (!isFields(json)) return undefined
  if (json.type === 'message') return readMessage(json)
  if (json.type === 'tick') return readTick(json)
  return undefined
}

function readMessage(json: Fields): ChatMessage | undefined {
  const { channel_id, channel_login, message_id, user_id, username, display_name, message } = json
  const { is_action, timestamp, emotes, badges, bits, is_first, is_subscriber } = json
  const { reply_to, source_channel_id, source_message_id } = json
  const { color = null, is_bot = null, mood = null, is_anonymous = false } = json
  if (!isChannelId(channel_id) || !isChannelLogin(channel_login)) return undefined
  if (!isOpaqueId(message_id) || !isOpaqueId(user_id)) return undefined
  if (!isText(username, maxName) || !isText(display_name, maxName) || !isText(message, maxMessage))
    return undefined
  if (typeof is_action !== 'boolean' || typeof is_first !== 'boolean' || typeof is_subscriber !== 'boolean')
    return undefined
  if (!isEpochMs(timestamp) || !isCount(bits) || !isTextByName(badges)) return undefined
  if (source_channel_id !== null && !isChannelId(source_channel_id)) return undefined
  if (source_message_id !== null && !isOpaqueId(source_message_id)) return undefined
  if (typeof is_anonymous !== 'boolean' || !isMood(mood)) return undefined
  if (color !== null && !isNameColor(color)) return undefined
  if (is_bot !== null && typeof is_bot !== 'boolean') return undefined
  const ranges = readEmotes(emotes)
  const reply = reply_to === null ? null : readReply(reply_to)
  if (ranges === undefined || reply === undefined) return undefined
  return {
    type: 'message',
    channel_id,
    channel_login,
    message_id,
    user_id,
    username,
    display_name,
    color,
    message,
    is_action,
    timestamp,
    emotes: ranges,
    badges,
    bits,
    is_first,
    is_subscriber,
    reply_to: reply,
    source_channel_id,
    source_message_id,
    is_bot,
    mood,
    is_anonymous,
  }
}

function readTick(json: Fields): ChatEvent | undefined {
  const { channel_id, channel_login, timestamp, covered_from = null, covered_to = null } = json
  if (!isChannelId(channel_id) || !isChannelLogin(channel_login)) return undefined
  if (!isEpochMsOrNull(timestamp) || !isEpochMsOrNull(covered_from) || !isEpochMsOrNull(covered_to))
    return undefined
  return { type: 'tick', channel_id, channel_login, timestamp, covered_from, covered_to }
}

function readEmotes(json: unknown): EmoteRange[] | undefined {
  if (!Array.isArray(json)) return undefined
  if (json.length > maxEmotes) return undefined
  const ranges: EmoteRange[] = []
  for (const range of json as unknown[]) {
    if (!isFields(range)) return undefined
    const { id, name, start, end, provider = 'twitch', is_zero_width } = range
    if (!isOpaqueId(id) || !isText(name, maxName) || !isCount(start) || !isCount(end)) return undefined
    if (!isProvider(provider)) return undefined
    if (is_zero_width !== undefined && is_zero_width !== true) return undefined
    const emote = { id, name, start, end, provider }
    ranges.push(is_zero_width === undefined ? emote : { ...emote, is_zero_width })
  }
  return ranges
}

function readReply(json: unknown): ChatMessage['reply_to'] | undefined {
  if (!isFields(json)) return undefined
  const { message_id, user_id, username, is_bot = null } = json
  if (!isOpaqueId(message_id) || !isOpaqueId(user_id) || !isText(username, maxName)) return undefined
  if (is_bot !== null && typeof is_bot !== 'boolean') return undefined
  return { message_id, user_id, username, is_bot }
}

function isFields(json: unknown): json is Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength
}

function isOpaqueId(value: unknown): value is string {
  return isText(value, maxOpaqueId) && value.length > 0
}

function isChannelId(value: unknown): value is string {
  return typeof value === 'string' && channelId.test(value)
}

function isChannelLogin(value: unknown): value is string {
  return typeof value === 'string' && channelLogin.test(value)
}

function isNameColor(value: unknown): value is string {
  return typeof value === 'string' && nameColor.test(value)
}

function isProvider(value: unknown): value is EmoteProvider {
  return emoteProviders.includes(value as EmoteProvider)
}

function isMood(value: unknown): value is MessageMood {
  return value === null || value === -1 || value === 0 || value === 1
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isEpochMs(value: unknown): value is number {
  return isCount(value) && value <= maxEpochMs
}

function isEpochMsOrNull(value: unknown): value is number | null {
  return value === null || isEpochMs(value)
}

function isTextByName(json: unknown): json is Record<string, string> {
  if (!isFields(json)) return false
  for (const name in json) {
    // zod 4.6.7 drops this key from a record: `core/schemas.js`, `$ZodRecord`.
    if (name === '__proto__' || typeof json[name] !== 'string') return false
  }
  return true
}
