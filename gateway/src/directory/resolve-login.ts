import { channelNameRule, parseChannelRef } from '@chat-battle/contracts/channel-name'
import { RequestRefused } from '../refusal.ts'
import type { StatusView } from './status-view.ts'

/** The login that a name leads to: digits are a known id first, then a login; `@` says login. Throws `RequestRefused`. */
export function resolveLogin(statusView: Pick<StatusView, 'loginOf'>, name: string): string {
  const ref = parseChannelRef(name)
  if (ref === undefined) throw new RequestRefused('malformed_channel', channelNameRule)
  if (ref.isLogin) return ref.name
  return statusView.loginOf(ref.name) ?? ref.name
}
