import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { getAbout, type About } from '@chat-battle/contracts/rest/routes/get-about'

/** What the installation says of itself; undefined: the server does not answer. */
export async function fetchAbout(options?: CallOptions): Promise<About | undefined> {
  return callRoute(getAbout, {}, options).catch(() => undefined)
}
