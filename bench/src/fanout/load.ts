export type ServerName = 'gateway' | 'Socket.IO'

export interface Load {
  /** What the sockets receive: statistics, or messages of live chat. */
  kind: 'stats' | 'chat'
  sockets: number
  /** Channels that each socket watches. */
  rooms: number
  channels: number
  /** Frames or messages, per channel. */
  framesPerSecond: number
  /** Time whose frames are published in one turn. */
  batchMs: number
}

export interface ServerReport {
  frames: number
  cpuUs: number
}

export interface ClientReport {
  deliveries: number
  bytes: number
}
