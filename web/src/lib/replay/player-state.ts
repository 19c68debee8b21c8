import type { ChatMessages } from '@chat-battle/contracts/live/down'
import type { ReplayState } from '@chat-battle/contracts/live/replay'
import type { Moment } from '@chat-battle/contracts/records/moment'

/** `refused`: it could not start. `offline`: it goes on when there is a connection again. */
export type PlayerState = ReplayState['state'] | 'connecting' | 'refused' | 'offline' | 'outdated'

/** What shows the events of a replay beside its channels. */
export interface ReplayViewer {
  /** A moment ended in what is played. */
  onMoment: (moment: Moment) => void
  onMessages: (messages: ChatMessages) => void
  /** The replay starts or jumps: earlier messages are not shown any more. */
  onCleared: () => void
  /** The operator's token is another one. */
  onTokenRefused: (token: string) => void
}
