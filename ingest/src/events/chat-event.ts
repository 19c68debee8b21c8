import { chatEvent, type ChatEvent } from '@chat-battle/contracts/records/chat-event'
import type { IrcMessage } from '@tmi.js/irc-parser'
import { z } from 'zod'
import type { LineContext } from './irc-line.ts'
import { messageEvent } from './message.ts'
import { clearChatEvent, clearMessageEvent } from './moderation.ts'
import { noticeEvent } from './notice.ts'

/** Commands that carry chat events. */
const builders: Readonly<Record<string, (line: IrcMessage, context: LineContext) => unknown>> = {
  PRIVMSG: messageEvent,
  CLEARCHAT: clearChatEvent,
  CLEARMSG: clearMessageEvent,
  USERNOTICE: noticeEvent,
}

/** Known commands without a chat event. */
const others =
  /^(CAP|JOIN|PART|PING|PONG|NOTICE|RECONNECT|ROOMSTATE|USERSTATE|GLOBALUSERSTATE|HOSTTARGET|WHISPER|MODE|[0-9]{3})$/

/** A line's event; undefined for a known line without one, `problem` for a line that cannot be decoded. */
export function toChatEvent(
  line: IrcMessage,
  context: LineContext,
): { event: ChatEvent } | { problem: string } | undefined {
  const build = Object.hasOwn(builders, line.command) ? builders[line.command] : undefined
  if (build === undefined) return others.test(line.command) ? undefined : { problem: 'unknown command' }
  const read = chatEvent.safeParse(build(line, context))
  return read.success ? { event: read.data } : { problem: z.prettifyError(read.error) }
}
