import { createHash } from 'node:crypto'

/** What the server decides about rooms and logins; the protocol asks it. */
export interface Rooms {
  roomId(login: string): string
  isMissing(login: string): boolean
  isSuspended(login: string): boolean
  /** Whether an `oauth:` token is accepted, and whose it is. */
  loginOf(token: string): string | undefined
}

/** A client as the protocol knows it. */
export interface Session {
  token: string
  nick: string
  readonly joined: Set<string>
}

export function newSession(): Session {
  return { token: '', nick: '', joined: new Set() }
}

const host = 'tmi.twitch.tv'

/** Ids of rooms that nobody named: digits that follow from the login. */
export function derivedRoomId(login: string): string {
  return String(100_000_000 + (createHash('sha256').update(login).digest().readUInt32LE(0) % 900_000_000))
}

/**
 * What Twitch answers to a client's line (https://dev.twitch.tv/docs/chat/irc/). A JOIN of a channel that does not exist is
 * dropped in silence, one of a suspended channel is answered with a NOTICE.
 */
export function answer(line: string, session: Session, rooms: Rooms): string[] {
  const [command = '', ...rest] = line.split(' ')
  const argument = rest.join(' ')
  switch (command.toUpperCase()) {
    case 'CAP':
      return [`:${host} CAP * ACK ${argument.replace(/^REQ /, '')}`]
    case 'PASS':
      session.token = argument.replace(/^:/, '')
      return []
    case 'NICK':
      return welcome(argument.replace(/^:/, '').toLowerCase(), session, rooms)
    case 'JOIN':
      return channels(argument).flatMap((login) => join(login, session, rooms))
    case 'PART':
      return channels(argument).flatMap((login) => part(login, session))
    case 'PING':
      return [`:${host} PONG ${host} :${argument.replace(/^:/, '')}`]
    case 'PONG':
      return []
    default:
      return [`:${host} 421 ${session.nick || '*'} ${command} :Unknown command`]
  }
}

function welcome(nick: string, session: Session, rooms: Rooms): string[] {
  const isAnonymous = /^justinfan[0-9]+$/.test(nick)
  const login = isAnonymous ? nick : rooms.loginOf(session.token.replace(/^oauth:/, ''))
  if (login === undefined) return [`:${host} NOTICE * :Login authentication failed`]
  session.nick = login
  const numbered = (code: string, text: string) => `:${host} ${code} ${login} :${text}`
  return [
    numbered('001', 'Welcome, GLHF!'),
    numbered('002', `Your host is ${host}`),
    numbered('003', 'This server is rather new'),
    numbered('004', '-'),
    numbered('375', '-'),
    numbered('372', 'You are in a maze of twisty passages, all alike.'),
    numbered('376', '>'),
    ...(isAnonymous
      ? []
      : [`@badge-info=;badges=;color=;display-name=${login};user-id=1;user-type= :${host} GLOBALUSERSTATE`]),
  ]
}

function channels(argument: string): string[] {
  return argument
    .split(',')
    .map((name) => name.trim().replace(/^#/, '').toLowerCase())
    .filter((name) => name !== '')
}

function join(login: string, session: Session, rooms: Rooms): string[] {
  if (rooms.isMissing(login)) return []
  if (rooms.isSuspended(login)) {
    return [
      `@msg-id=msg_channel_suspended :${host} NOTICE #${login} :This channel does not exist or has been suspended.`,
    ]
  }
  session.joined.add(login)
  const { nick } = session
  return [
    `:${nick}!${nick}@${nick}.${host} JOIN #${login}`,
    `@emote-only=0;followers-only=-1;r9k=0;room-id=${rooms.roomId(login)};slow=0;subs-only=0 :${host} ROOMSTATE #${login}`,
    `:${nick}.${host} 353 ${nick} = #${login} :${nick}`,
    `:${nick}.${host} 366 ${nick} #${login} :End of /NAMES list`,
  ]
}

function part(login: string, session: Session): string[] {
  const { nick } = session
  return session.joined.delete(login) ? [`:${nick}!${nick}@${nick}.${host} PART #${login}`] : []
}
