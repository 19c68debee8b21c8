import type { KeyedLine } from './gaps.ts'

/** The part of a row that moderation removes with its message. */
export interface RowWithText {
  channel_login: unknown
  message_id: unknown
  user_id: unknown
  timestamp: unknown
  emotes: unknown
}

/** What the lines of a chat remove from the archive: messages one by one, and those of a person up to a ban or time-out. */
export class RemovedRows {
  readonly #deleted = new Set<string>()
  /** Epoch ms by channel and person. */
  readonly #bannedUntil = new Map<string, number>()

  add({ login, line }: Pick<KeyedLine, 'login' | 'line'>): void {
    const command = /^@\S+ :\S+ (CLEARCHAT|CLEARMSG) /.exec(line)?.[1]
    if (command === undefined) return
    const tag = (name: string) => new RegExp(`[@;]${name}=([^; ]*)`).exec(line)?.[1] ?? ''
    if (command === 'CLEARMSG') this.#deleted.add(tag('target-msg-id'))
    else if (tag('target-user-id') !== '') {
      const person = `${login} ${tag('target-user-id')}`
      const untilMs = Math.max(Number(tag('tmi-sent-ts')), this.#bannedUntil.get(person) ?? 0)
      this.#bannedUntil.set(person, untilMs)
    }
  }

  has({ channel_login, message_id, user_id, timestamp }: RowWithText): boolean {
    if (this.#deleted.has(String(message_id))) return true
    const untilMs = this.#bannedUntil.get(`${String(channel_login)} ${String(user_id)}`)
    return untilMs !== undefined && Number(timestamp) <= untilMs
  }
}

/** A row as it is without its text and its author. Without a secret of hashes the id stays. */
export function withoutText<Row extends RowWithText>(row: Row): Row {
  const emotes = JSON.parse(String(row.emotes)) as object[]
  return {
    ...row,
    username: '',
    display_name: '',
    message: '',
    badges: {},
    emotes: JSON.stringify(emotes.map((emote) => ({ ...emote, start: 0, end: 0 }))),
  }
}
