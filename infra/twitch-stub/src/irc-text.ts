/** How a person's line looks on Twitch's IRC. */

export interface Person {
  id: string
  login: string
  displayName: string
  isSubscriber: boolean
  badges: string
  /** The name's colour, `#RRGGBB`; absent: they chose none. */
  color?: string
}

export interface Room {
  login: string
  id: string
}

export interface Said {
  id: string
  timestamp: number
  text: string
  /** The `emotes` tag. */
  emotes?: string
  isFirst?: boolean
  bits?: number
  isAction?: boolean
  replyTo?: { id: string; person: Person } | undefined
  source?: { roomId: string; id: string } | undefined
}

const host = 'tmi.twitch.tv'

function tags(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name}=${String(value).replaceAll('\\', '\\\\').replaceAll(';', '\\:').replaceAll(' ', '\\s')}`,
    )
    .join(';')
}

export function privmsg(room: Room, person: Person, said: Said): string {
  const { replyTo, source } = said
  const given = tags({
    'badge-info': '',
    badges: person.badges,
    color: person.color ?? '',
    'display-name': person.displayName,
    emotes: said.emotes ?? '',
    'first-msg': said.isFirst === true ? 1 : 0,
    ...(said.bits === undefined ? {} : { bits: said.bits }),
    id: said.id,
    ...(replyTo === undefined
      ? {}
      : {
          'reply-parent-msg-id': replyTo.id,
          'reply-parent-user-id': replyTo.person.id,
          'reply-parent-user-login': replyTo.person.login,
        }),
    'room-id': room.id,
    ...(source === undefined ? {} : { 'source-room-id': source.roomId, 'source-id': source.id }),
    subscriber: person.isSubscriber ? 1 : 0,
    'tmi-sent-ts': said.timestamp,
    'user-id': person.id,
  })
  const { login } = person
  const text = said.isAction === true ? `\u0001ACTION ${said.text}\u0001` : said.text
  return `@${given} :${login}!${login}@${login}.${host} PRIVMSG #${room.login} :${text}`
}

export function usernotice(
  room: Room,
  person: Person,
  notice: {
    id: string
    timestamp: number
    kind: string
    systemMessage: string
    params?: Record<string, string | number>
    text?: string
  },
): string {
  const params = Object.fromEntries(
    Object.entries(notice.params ?? {}).map(([name, value]) => [`msg-param-${name}`, value]),
  )
  const given = tags({
    badges: person.badges,
    'display-name': person.displayName,
    emotes: '',
    id: notice.id,
    login: person.login,
    'msg-id': notice.kind,
    ...params,
    'room-id': room.id,
    'system-msg': notice.systemMessage,
    'tmi-sent-ts': notice.timestamp,
    'user-id': person.id,
  })
  return `@${given} :${host} USERNOTICE #${room.login}${notice.text === undefined ? '' : ` :${notice.text}`}`
}

/** A ban without `durationS`, else a time-out. */
export function clearchat(room: Room, person: Person, timestamp: number, durationS?: number): string {
  const given = tags({
    ...(durationS === undefined ? {} : { 'ban-duration': durationS }),
    'room-id': room.id,
    'target-user-id': person.id,
    'tmi-sent-ts': timestamp,
  })
  return `@${given} :${host} CLEARCHAT #${room.login} :${person.login}`
}

/** Twitch leaves the room id of a CLEARMSG empty. */
export function clearmsg(room: Room, person: Person, messageId: string, timestamp: number): string {
  const given = tags({
    login: person.login,
    'room-id': '',
    'target-msg-id': messageId,
    'tmi-sent-ts': timestamp,
  })
  return `@${given} :${host} CLEARMSG #${room.login} :removed`
}
