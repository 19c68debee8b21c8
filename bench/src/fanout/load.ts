export type ServerName = 'gateway' | 'Socket.IO'

export interface Load {
  sockets: number
  /** Channels that each socket watches. */
  rooms: number
  channels: number
  /** Per channel. */
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
