import { createHash } from 'node:crypto'

/** Decisions of the server about rooms and logins. */
export interface Rooms {
  roomId(login: string): string
  isMissing(login: string): boolean
  isSuspended(login: string): boolean
  /** Whether accounts are banned from the channel. An anonymous client never is. */
  isBanned(login: string): boolean
  /** Whether the account is in as many channels as it may be. */
  isAtChannelLimit(account: string): boolean
  /** Whether the account may log in once more now. */
  mayLogIn(account: string): boolean
  /** Whether an `oauth:` token is accepted, and whose it is. */
  loginOf(token: string): string | undefined
}

/** A client as the protocol knows it. */
export interface Session {
  token: string
  nick: string
  isAnonymous: boolean
  readonly joined: Set<string>
}

export function newSession(): Session {
  return { token: '', nick: '', isAnonymous: true, joined: new Set() }
}

const host = 'tmi.twitch.tv'

/** Id of a room that no option names: digits derived from the login. */
export function derivedRoomId(login: string): string {
  return String(100_000_000 + (createHash('sha256').update(login).digest().readUInt32LE(0) % 900_000_000))
}

/**
 * What Twitch answers to a client's line (https://dev.twitch.tv/docs/chat/irc/). A JOIN of a channel that does not exist is
 * dropped in silence; any other refusal is a NOTICE.
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
  if (!isAnonymous && !rooms.mayLogIn(login)) return [`:${host} NOTICE * :Login unsuccessful`]
  session.nick = login
  session.isAnonymous = isAnonymous
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
  if (rooms.isSuspended(login)) return [suspendedNotice(login)]
  if (!session.isAnonymous && rooms.isBanned(login)) {
    return [
      `@msg-id=msg_banned :${host} NOTICE #${login} :You are permanently banned from talking in ${login}.`,
    ]
  }
  if (!session.isAnonymous && !session.joined.has(login) && rooms.isAtChannelLimit(session.nick)) {
    return [
      `@msg-id=msg_concurrent_channel_limit_reached :${host} NOTICE #${login} :You are connected to too many chat channels.`,
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

export function suspendedNotice(login: string): string {
  return `@msg-id=msg_channel_suspended :${host} NOTICE #${login} :This channel does not exist or has been suspended.`
}

/** Takes a client out of a channel, as an answer to its PART or unasked. */
export function part(login: string, session: Session): string[] {
  const { nick } = session
  return session.joined.delete(login) ? [`:${nick}!${nick}@${nick}.${host} PART #${login}`] : []
}
