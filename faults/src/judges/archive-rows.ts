import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowStart } from '@chat-battle/contracts/window'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { until } from '@chat-battle/testkit/testing'
import type { Installation } from '../installation/installation.ts'
import { withoutText, type RemovedRows } from './removed-rows.ts'

/** The archive truncates longer texts. Both limits are far above what Twitch allows. */
const maxTextLength = 4096
const maxNameLength = 256
const answersWithinMs = 120_000
const columns = [
  'channel_id',
  'window_start',
  'timestamp',
  'message_id',
  'channel_login',
  'user_id',
  'username',
  'display_name',
  'message',
  'is_action',
  'emotes',
  'badges',
  'bits',
  'is_first',
  'is_subscriber',
  'reply_to_message_id',
  'source_channel_id',
  'source_message_id',
] as const

type ArchivedMessage = Readonly<Record<(typeof columns)[number], unknown>>

/** Reads every archived message: its id, and its columns as `expectedRow` formats them. */
export async function readArchivedMessages(
  { settings }: Pick<Installation, 'settings'>,
  onRow: (id: string, row: string) => void,
): Promise<void> {
  const client = createCassandra(settings)
  try {
    const query = `SELECT ${columns.join(', ')} FROM raw_chat_messages`
    for await (const row of await client.execute(query, [], { fetchSize: 1000 })) {
      const message = row as unknown as ArchivedMessage
      onRow(String(message.message_id), formatRow({ ...message, badges: message.badges ?? {} }))
    }
  } finally {
    await client.shutdown()
  }
}

/** Waits until a Cassandra that was started again answers. */
export async function untilArchiveAnswers(installation: Pick<Installation, 'settings'>): Promise<void> {
  const answers = () => readArchivedWindows(installation).catch(() => undefined)
  await until(answers, 'Cassandra answers', answersWithinMs)
}

/** The archive's closed windows, by `login:start`. */
export async function readArchivedWindows({
  settings,
}: Pick<Installation, 'settings'>): Promise<Map<string, ChannelStats>> {
  const client = createCassandra(settings)
  try {
    const { rows } = await client.execute('SELECT stats FROM channel_windows')
    const windows = rows.map(({ stats }) => channelStats.parse(JSON.parse(String(stats))))
    return new Map(windows.map((stats) => [`${stats.channel_login}:${stats.window_start}`, stats]))
  } finally {
    await client.shutdown()
  }
}

/** The columns that the archive must have for a line, as one text to compare; undefined for a line that is no message. */
export function expectedRow(login: string, line: string, removed: RemovedRows): string | undefined {
  const [, tags = '', username = '', sent = ''] =
    /^@(\S+) :([^!]+)!\S+ PRIVMSG #\S+ :(.*)$/su.exec(line) ?? []
  if (tags === '') return undefined
  const given = new Map(
    tags.split(';').map((tag) => {
      const equals = tag.indexOf('=')
      return [tag.slice(0, equals), unescaped(tag.slice(equals + 1))]
    }),
  )
  const tag = (name: string) => given.get(name) ?? ''
  const orNull = (name: string) => given.get(name) ?? null
  const action = /^\u0001ACTION (.*?)\u0001?$/su.exec(sent)
  const message = (action?.[1] ?? sent).slice(0, maxTextLength)
  const sentAtMs = Number(tag('tmi-sent-ts'))
  const row = {
    channel_id: tag('room-id'),
    window_start: new Date(windowStart(sentAtMs)),
    timestamp: new Date(sentAtMs),
    message_id: tag('id'),
    channel_login: login,
    user_id: tag('user-id'),
    username: username.slice(0, maxNameLength),
    display_name: tag('display-name').slice(0, maxNameLength),
    message,
    is_action: action !== null,
    emotes: JSON.stringify(emotesOf(tag('emotes'), message)),
    badges: Object.fromEntries(
      tag('badges')
        .split(',')
        .filter((badge) => badge !== '')
        .map((badge) => /^(.*?)(?:\/([^/]*))?$/s.exec(badge)?.slice(1) ?? [])
        .map(([name, version = '']) => [name, version]),
    ),
    bits: Number(tag('bits')),
    is_first: tag('first-msg') === '1',
    is_subscriber: tag('subscriber') === '1' || /(^|,)founder\//.test(tag('badges')),
    reply_to_message_id: orNull('reply-parent-msg-id'),
    source_channel_id: orNull('source-room-id'),
    source_message_id: orNull('source-id'),
  }
  return formatRow(removed.has(row) ? withoutText(row) : row)
}

function formatRow(message: ArchivedMessage): string {
  return JSON.stringify(columns.map((column) => message[column]))
}

/** Leaves out invalid ranges and ranges outside the text. */
function emotesOf(
  tag: string,
  message: string,
): { id: string; name: string; start: number; end: number; provider: string }[] {
  const points = [...message]
  return tag
    .split('/')
    .flatMap((emote) => {
      const [id = '', ranges = ''] = emote.split(':')
      return ranges.split(',').flatMap((range) => {
        const [start = NaN, last = NaN] = /^\d+-\d+$/.test(range) ? range.split('-').map(Number) : []
        if (id === '' || !(start <= last && last < points.length)) return []
        const name = points.slice(start, last + 1).join('')
        return { id, name, start, end: last + 1, provider: 'twitch' }
      })
    })
    .sort((a, b) => a.start - b.start)
}

/** https://ircv3.net/specs/extensions/message-tags#escaping-values */
function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_all, escaped: string) =>
    escaped === ':' ? ';' : escaped === 's' ? ' ' : escaped,
  )
}
