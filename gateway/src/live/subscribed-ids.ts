import { mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'

/**
 * By which id a socket has subscribed to each of its channels. Which login an id leads to changes while the socket is
 * subscribed: to unsubscribe from the id must leave the login that it led to then.
 */
export class SubscribedIds {
  readonly #idByLogin = new Map<string, string>()

  add(login: string, name: string): void {
    const id = idIn(name)
    if (id !== undefined) this.#idByLogin.set(login, id)
  }

  delete(login: string): void {
    this.#idByLogin.delete(login)
  }

  /** The login that was subscribed to by this name, if the name is an id. */
  loginOf(name: string): string | undefined {
    const id = idIn(name)
    return this.#idByLogin.entries().find(([, subscribed]) => subscribed === id)?.[0]
  }
}

function idIn(name: string): string | undefined {
  const ref = parseChannelRef(name)
  return ref !== undefined && !ref.isLogin && mayBeChannelId(ref.name) ? ref.name : undefined
}
