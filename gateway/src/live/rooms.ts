const prefix = 'channel:'

/** The Socket.IO room of a channel. Other rooms are those that Socket.IO makes per socket. */
export function roomOf(login: string): string {
  return prefix + login
}

const chatPrefix = 'chat:'

/** The room of the sockets that get a channel's messages. */
export function chatRoomOf(login: string): string {
  return chatPrefix + login
}

/** The channels whose statistics rooms are among these. */
export function channelsIn(rooms: Iterable<string>): string[] {
  return namedAfter(prefix, rooms)
}

/** The channels whose messages rooms are among these. */
export function chatsIn(rooms: Iterable<string>): string[] {
  return namedAfter(chatPrefix, rooms)
}

function namedAfter(prefix: string, rooms: Iterable<string>): string[] {
  return Array.from(rooms).flatMap((room) => (room.startsWith(prefix) ? room.slice(prefix.length) : []))
}
