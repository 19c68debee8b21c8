import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ReplaySpeed } from '@chat-battle/contracts/live/replay'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import type { ArrivalBudget } from './arrival-store.ts'

type Events = Pick<ServerToClientEvents, 'stats' | 'status' | 'moment' | 'messages' | 'replay_state'>

/** The client of a replay. */
export interface ReplaySink {
  /** Whether everything that was sent has left. A replay waits for a client that is slower. */
  readonly isWritable: boolean
  /** `channelId`: undefined for an event of the whole replay. */
  send<E extends keyof Events>(event: E, payload: Parameters<Events[E]>[0], channelId?: string): void
}

export interface ReplayOptions {
  readonly id: string
  readonly channels: readonly { readonly id: string; readonly login: string }[]
  /** Epoch ms of channel time; `to` exclusive. */
  readonly from: number
  readonly to: number
  /** Where it begins; undefined: at `from`. */
  readonly at?: number | undefined
  readonly speed: ReplaySpeed
  /** Whether the client is the operator's, who sees texts. */
  readonly showsTexts: boolean
  readonly archive: Pick<ArchiveReader, 'page'>
  readonly budget: ArrivalBudget
  /** Undefined: without a secret, removed authors keep their ids. */
  readonly personHash: PersonHash | undefined
  readonly sink: ReplaySink
  readonly logger: Logger
  /** Monotonic ms. */
  readonly now?: () => number
}
