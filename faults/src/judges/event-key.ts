import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'

/**
 * A key that a line shares with the event made of it; undefined for a line that makes none. Messages and notices have an id;
 * moderation is identified by its target and time.
 */
export function keyOfLine(login: string, line: string): string | undefined {
  const command = /^@\S+ :\S+ (PRIVMSG|CLEARCHAT|CLEARMSG|USERNOTICE) /.exec(line)?.[1]
  const tag = (name: string) => new RegExp(`[@;]${name}=([^; ]*)`).exec(line)?.[1] ?? ''
  switch (command) {
    case 'PRIVMSG':
      return `message ${tag('id')}`
    case 'USERNOTICE':
      return `notice ${tag('id')}`
    case 'CLEARCHAT':
      return `moderation ${login} ${tag('target-user-id')} ${tag('tmi-sent-ts')}`
    case 'CLEARMSG':
      return `moderation ${login} ${tag('target-msg-id')} ${tag('tmi-sent-ts')}`
    default:
      return undefined
  }
}

export function keyOfEvent(event: ChatEvent): string | undefined {
  switch (event.type) {
    case 'message':
      return `message ${event.message_id}`
    case 'notice':
      return `notice ${event.notice_id}`
    case 'moderation': {
      const target = event.target_message_id ?? event.target_user_id ?? ''
      return `moderation ${event.channel_login} ${target} ${event.timestamp}`
    }
    default:
      return undefined
  }
}
