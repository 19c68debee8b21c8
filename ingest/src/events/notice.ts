import type { IrcMessage } from '@tmi.js/irc-parser'
import { channelOf, numberTag, sourceOf, tag, type LineContext } from './irc-line.ts'

const paramPrefix = 'msg-param-'

/** A USERNOTICE of whatever kind as a `notice` event, before it is checked. */
export function noticeEvent(line: IrcMessage, context: LineContext): unknown {
  const params = Object.entries(line.rawTags)
    .filter(([name]) => name.startsWith(paramPrefix))
    .map(([name, value]) => [name.slice(paramPrefix.length), value ?? ''])
  return {
    type: 'notice',
    ...channelOf(line, context),
    notice_id: tag(line, 'id'),
    kind: tag(line, 'msg-id'),
    user_id: tag(line, 'user-id') ?? null,
    username: tag(line, 'login') ?? null,
    display_name: tag(line, 'display-name') ?? null,
    message: line.params[0] ?? null,
    system_message: tag(line, 'system-msg') ?? '',
    params: Object.fromEntries(params) as Record<string, string>,
    source_channel_id: sourceOf(line).source_channel_id,
    timestamp: numberTag(line, 'tmi-sent-ts') ?? context.timestamp,
  }
}
