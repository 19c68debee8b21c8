import { createCassandra } from '@chat-battle/service/cassandra'
import type { Installation } from './installation.ts'

/** Far above what Twitch allows: what is longer is archived cut. */
const maxTextLength = 4096

export interface Archived {
  /** What is archived of each message, by its id, to be compared with `archivedForm`. */
  byId: Map<string, string>
  rows: number
}

/** Every row of the archive's messages. */
export async function readArchive({ settings }: Pick<Installation, 'settings'>): Promise<Archived> {
  const client = createCassandra(settings)
  const byId = new Map<string, string>()
  let rows = 0
  try {
    const found = await client.execute(
      'SELECT message_id, channel_login, user_id, timestamp, bits, is_action, message FROM raw_chat_messages',
      [],
      { fetchSize: 1000 },
    )
    for await (const row of found) {
      rows++
      const { channel_login, user_id, timestamp, bits, is_action, message } = row as Record<string, unknown>
      byId.set(
        String(row.message_id),
        JSON.stringify([channel_login, user_id, Number(timestamp), bits, is_action, message]),
      )
    }
    return { byId, rows }
  } finally {
    await client.shutdown()
  }
}

/** What the archive must hold of a line; undefined for one that is no message. */
export function archivedForm(login: string, line: string): string | undefined {
  const [, tags = '', sent = ''] = /^@(\S+) :\S+ PRIVMSG #\S+ :(.*)$/su.exec(line) ?? []
  if (tags === '') return undefined
  const tag = (name: string) => new RegExp(`(?:^|;)${name}=([^;]*)`).exec(tags)?.[1] ?? ''
  const action = /^\u0001ACTION (.*?)\u0001?$/su.exec(sent)
  const text = (action?.[1] ?? sent).slice(0, maxTextLength)
  return JSON.stringify([
    login,
    tag('user-id'),
    Number(tag('tmi-sent-ts')),
    Number(tag('bits')),
    action !== null,
    text,
  ])
}
