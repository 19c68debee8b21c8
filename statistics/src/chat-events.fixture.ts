import type { ChatMessage, Live, Moderation, Notice, Tick } from '@chat-battle/contracts/records/chat-event'

const inChannel = { channel_id: '1001', channel_login: 'arena' }
let lastId = 0

/** A plain message at `timestamp`; ids are new unless given. */
export function message(timestamp: number, given: Partial<ChatMessage> = {}): ChatMessage {
  return {
    type: 'message',
    ...inChannel,
    message_id: `message-${++lastId}`,
    user_id: '7',
    username: 'seven',
    display_name: 'Seven',
    color: null,
    message: 'hello',
    is_action: false,
    timestamp,
    emotes: [],
    badges: {},
    bits: 0,
    is_first: false,
    is_subscriber: false,
    reply_to: null,
    source_channel_id: null,
    source_message_id: null,
    is_bot: null,
    mood: null,
    is_anonymous: false,
    ...given,
  }
}

export function moderation(timestamp: number, given: Partial<Moderation> = {}): Moderation {
  return {
    type: 'moderation',
    ...inChannel,
    action: 'timeout',
    target_user_id: '7',
    target_username: 'seven',
    target_message_id: null,
    duration_s: 600,
    timestamp,
    ...given,
  }
}

export function notice(timestamp: number, kind: string, given: Partial<Notice> = {}): Notice {
  return {
    type: 'notice',
    ...inChannel,
    notice_id: `notice-${++lastId}`,
    kind,
    user_id: '7',
    username: 'seven',
    display_name: 'Seven',
    message: null,
    system_message: '',
    params: {},
    source_channel_id: null,
    timestamp,
    ...given,
  }
}

/** `coveredFrom`: since when the channel was covered, null for a tick that reports nothing of it. */
export function tick(timestamp: number | null, coveredFrom: number | null = null): Tick {
  return {
    type: 'tick',
    ...inChannel,
    timestamp,
    covered_from: coveredFrom,
    covered_to: coveredFrom === null ? null : timestamp,
  }
}

/** `viewers`: null for a stream that is offline. */
export function live(timestamp: number, viewers: number | null, given: Partial<Live> = {}): Live {
  const stream = { stream_id: '40', started_at: 1_700_000_000_000, title: 'Chess', category: 'Chess' }
  return {
    type: 'live',
    ...inChannel,
    timestamp,
    stream: viewers === null ? null : { ...stream, viewers },
    changes: [],
    ...given,
  }
}
