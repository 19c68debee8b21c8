import { mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'

/**
 * The ids by which a socket subscribed to its channels. A channel can be renamed meanwhile: unsubscribing by an id leaves
 * the login that the id meant when the socket subscribed.
 */
export class SubscribedIds {
  readonly #idByLogin = new Map<string, string>()

  add(login: string, name: string): void {
    const id = channelIdOf(name)
    if (id !== undefined) this.#idByLogin.set(login, id)
  }

  delete(login: string): void {
    this.#idByLogin.delete(login)
  }

  /** The login that the socket subscribed to by this id; undefined if the name is not an id, or was not used. */
  loginOf(name: string): string | undefined {
    const id = channelIdOf(name)
    return this.#idByLogin.entries().find(([, subscribed]) => subscribed === id)?.[0]
  }
}

function channelIdOf(name: string): string | undefined {
  const ref = parseChannelRef(name)
  return ref !== undefined && !ref.isLogin && mayBeChannelId(ref.name) ? ref.name : undefined
}
