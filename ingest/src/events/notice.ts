import type { IrcMessage } from '@tmi.js/irc-parser'
import {
  channelOf,
  clip,
  maxNameLength,
  maxTextLength,
  numberTag,
  sourceOf,
  tag,
  type LineContext,
} from './irc-line.ts'

const paramPrefix = 'msg-param-'

const clipped = (text: string | undefined, maxLength: number) =>
  text === undefined ? null : clip(text, maxLength)

/** A USERNOTICE of any kind as an unchecked `notice` event. */
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
    username: clipped(tag(line, 'login'), maxNameLength),
    display_name: clipped(tag(line, 'display-name'), maxNameLength),
    message: clipped(line.params[0], maxTextLength),
    system_message: clip(tag(line, 'system-msg') ?? '', maxTextLength),
    params: Object.fromEntries(params) as Record<string, string>,
    source_channel_id: sourceOf(line).source_channel_id,
    timestamp: numberTag(line, 'tmi-sent-ts') ?? context.timestamp,
  }
}
