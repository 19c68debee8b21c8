import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import type { Command } from '@chat-battle/twitch-stub/control'
import { privmsg, type Person, type Room, type Said } from '@chat-battle/twitch-stub/irc-text'

let lastId = 0

export function person(login: string): Person {
  return { id: derivedRoomId(`person ${login}`), login, displayName: login, isSubscriber: false, badges: '' }
}

/** Controls the Twitch stub by HTTP. */
export class TwitchControl {
  readonly #url: string

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`
  }

  async do(command: Command): Promise<void> {
    const response = await fetch(`${this.#url}/control`, { method: 'POST', body: JSON.stringify(command) })
    if (!response.ok) throw new Error(await response.text())
  }

  /** Sends a message to a channel; returns its id. */
  async say(channel: string, author: string, text: string, given: Partial<Said> = {}): Promise<string> {
    const id = given.id ?? `e2e-${process.pid}-${++lastId}`
    const room: Room = { login: channel, id: derivedRoomId(channel) }
    await this.line(channel, privmsg(room, person(author), { id, timestamp: Date.now(), text, ...given }))
    return id
  }

  async line(channel: string, line: string): Promise<void> {
    await this.do({ do: 'say', channel, line })
  }

  async joined(): Promise<string[]> {
    const state = (await (await fetch(`${this.#url}/state`)).json()) as {
      connections: { joined: string[] }[]
    }
    return state.connections.flatMap(({ joined }) => joined)
  }
}
