import type { ChatEvent, ChatMessage, EmoteRange, Moderation, Notice } from './chat-event.ts'

/** The people who opted out. */
export interface OptedOut {
  readonly isEmpty: boolean
  /** The anonymous id of a person who opted out; undefined for every other person. */
  anonymousId(userId: string): string | undefined
  /** Whether a name, in any case, is one of a person who opted out. */
  hasName(name: string): boolean
}

export const noOptOuts: OptedOut = { isEmpty: true, anonymousId: () => undefined, hasName: () => false }

/** Replaces the mention of a person who opted out in a text. */
export const mentionReplacement = '@…'

const mention = /@([\p{L}\p{N}_]{1,64})/gu

/** The parameters of a notice that are counts or plans, and name no person. */
const impersonalParams = new Set([
  'months',
  'cumulative-months',
  'streak-months',
  'should-share-streak',
  'multimonth-duration',
  'multimonth-tenure',
  'gift-months',
  'gift-month-being-redeemed',
  'mass-gift-count',
  'origin-id',
  'sender-count',
  'sub-plan',
  'was-gifted',
  'viewerCount',
  'threshold',
  'value',
  'category',
  'color',
  'copoReward',
])

/** One person as the people who opted out. `names`: lower case. */
export function onePerson(userId: string, anonymousId: string, names: readonly string[]): OptedOut {
  return {
    isEmpty: false,
    anonymousId: (id) => (id === userId ? anonymousId : undefined),
    hasName: (name) => names.includes(name.toLowerCase()),
  }
}

/**
 * Returns the event without the people who opted out. Their own messages keep what is counted: emotes, bits, flags, mood. The
 * texts of others lose the mentions. Returns the same object if nothing is replaced.
 */
export function anonymise<E extends ChatEvent>(event: E, people: OptedOut): E
export function anonymise(event: ChatEvent, people: OptedOut): ChatEvent {
  if (people.isEmpty) return event
  switch (event.type) {
    case 'message':
      return anonymiseMessage(event, people)
    case 'moderation':
      return anonymiseModeration(event, people)
    case 'notice':
      return anonymiseNotice(event, people)
    default:
      return event
  }
}

/** A message without its text and its author. `anonymousId` stands for them where people are counted. */
export function withoutAuthor(message: ChatMessage, anonymousId: string): ChatMessage {
  return {
    ...message,
    user_id: anonymousId,
    username: '',
    display_name: '',
    color: null,
    message: '',
    emotes: message.emotes.map((emote) => ({ ...emote, start: 0, end: 0 })),
    badges: {},
    is_anonymous: true,
  }
}

function anonymiseMessage(message: ChatMessage, people: OptedOut): ChatMessage {
  const anonymousId = people.anonymousId(message.user_id)
  const reply = anonymiseReply(message.reply_to, people)
  if (anonymousId !== undefined) return { ...withoutAuthor(message, anonymousId), reply_to: reply }
  const edited = withoutMentions(message.message, message.emotes, people)
  if (reply === message.reply_to && edited === undefined) return message
  return { ...message, ...edited, reply_to: reply }
}

function anonymiseReply(reply: ChatMessage['reply_to'], people: OptedOut): ChatMessage['reply_to'] {
  if (reply === null) return null
  const anonymousId = people.anonymousId(reply.user_id)
  return anonymousId === undefined ? reply : { ...reply, user_id: anonymousId, username: '' }
}

function anonymiseModeration(event: Moderation, people: OptedOut): Moderation {
  const { target_user_id: id, target_username: name } = event
  const anonymousId = id === null ? undefined : people.anonymousId(id)
  const isNamed = name !== null && people.hasName(name)
  if (anonymousId === undefined && !isNamed) return event
  return { ...event, target_user_id: anonymousId ?? id, target_username: null }
}

/** A notice by or about a person who opted out keeps what is counted, and no sentence of Twitch, which names them. */
function anonymiseNotice(event: Notice, people: OptedOut): Notice {
  const anonymousId = event.user_id === null ? undefined : people.anonymousId(event.user_id)
  const isAbout = Object.values(event.params).some(
    (value) => people.anonymousId(value) !== undefined || people.hasName(value),
  )
  const text = event.message === null ? undefined : withoutMentions(event.message, [], people)?.message
  const systemText = withoutMentions(event.system_message, [], people)?.message
  if (anonymousId === undefined && !isAbout) {
    if (text === undefined && systemText === undefined) return event
    return { ...event, message: text ?? event.message, system_message: systemText ?? event.system_message }
  }
  const params = Object.fromEntries(Object.entries(event.params).filter(([key]) => impersonalParams.has(key)))
  const reduced = { ...event, params, system_message: '', message: text ?? event.message }
  if (anonymousId === undefined) return reduced
  return { ...reduced, user_id: anonymousId, username: null, display_name: null, message: null }
}

/**
 * A text whose mentions of people who opted out are replaced, and its emotes, whose places count code points. Undefined: it
 * mentions none of them.
 */
export function withoutMentions(
  text: string,
  emotes: readonly EmoteRange[],
  people: Pick<OptedOut, 'hasName'>,
): { message: string; emotes: EmoteRange[] } | undefined {
  if (!text.includes('@')) return undefined
  const shifts: { from: number; by: number }[] = []
  const message = text.replace(mention, (found, name: string, at: number) => {
    if (!people.hasName(name)) return found
    const from = codePoints(text.slice(0, at)) + codePoints(found)
    shifts.push({ from, by: codePoints(mentionReplacement) - codePoints(found) })
    return mentionReplacement
  })
  if (shifts.length === 0) return undefined
  const shifted = emotes.map((emote) => {
    const by = shifts.reduce((sum, shift) => (emote.start >= shift.from ? sum + shift.by : sum), 0)
    return { ...emote, start: emote.start + by, end: emote.end + by }
  })
  return { message, emotes: shifted }
}

/** The distinct names that a text mentions, in lower case: those that `withoutMentions` can replace. */
export function mentionsIn(text: string): string[] {
  if (!text.includes('@')) return []
  return [...new Set(Array.from(text.matchAll(mention), ([, name = '']) => name.toLowerCase()))]
}

function codePoints(text: string): number {
  return [...text].length
}
