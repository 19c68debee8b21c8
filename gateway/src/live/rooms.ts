const prefix = 'channel:'

/** The Socket.IO room of a channel. Other rooms are those that Socket.IO makes per socket. */
export function roomOf(login: string): string {
  return prefix + login
}

/** The channels among the names of rooms. */
export function channelsIn(rooms: Iterable<string>): string[] {
  return Array.from(rooms).flatMap((room) => (room.startsWith(prefix) ? room.slice(prefix.length) : []))
}
