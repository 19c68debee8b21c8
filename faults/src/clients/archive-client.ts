import { io } from 'socket.io-client'
import { z } from 'zod'
import type { ReplayAck, ReplayState } from '@chat-battle/contracts/live/replay'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { exportEnd } from '@chat-battle/contracts/rest/routes/export-messages'
import { until } from '@chat-battle/testkit/testing'

const exportedMessage = z.object({ message_id: z.string() })
const settledStates: readonly ReplayState['state'][] = ['ended', 'failed']
const answersWithinMs = 60_000

/** A download of archived messages. */
export interface Exported {
  readonly ids: readonly string[]
  /** The last record; undefined: the download was cut, or refused. */
  readonly end: z.infer<typeof exportEnd>['end'] | undefined
  /** Whether the response ended without an error. */
  readonly isComplete: boolean
}

/** Times are epoch ms. */
export interface Stretch {
  readonly channelId: string
  readonly from: number
  readonly to: number
}

/** Downloads the messages of a stretch; does not reject if the download is cut. */
export async function downloadExport(gateway: string, { channelId, from, to }: Stretch): Promise<Exported> {
  let text = ''
  let isComplete = false
  try {
    const response = await fetch(`${gateway}/api/channels/${channelId}/export?from=${from}&to=${to}`)
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? [])
      text += decoder.decode(chunk as Uint8Array, { stream: true })
    isComplete = response.ok
  } catch {
    // The gateway was killed.
  }
  const records = text.split('\n').slice(0, -1).map(parse)
  return {
    ids: records.flatMap((record) => exportedMessage.safeParse(record).data?.message_id ?? []),
    end: exportEnd.safeParse(records.at(-1)).data?.end,
    isComplete,
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** A replay on a socket of its own. */
export class ReplayClient implements Disposable {
  readonly #socket
  readonly #frames: ChannelStats[] = []
  #state: ReplayState | undefined
  #isCut = false

  constructor(gateway: string) {
    this.#socket = io(gateway, { transports: ['websocket'], forceNew: true, reconnection: false })
    this.#socket.on('stats', (frame: ChannelStats) => this.#frames.push(frame))
    this.#socket.on('replay_state', (state: ReplayState) => (this.#state = state))
    this.#socket.on('disconnect', () => (this.#isCut = true))
  }

  get last(): ChannelStats | undefined {
    return this.#frames.at(-1)
  }

  /** Rejects if it is refused. */
  async start({ channelId, from, to }: Stretch): Promise<string> {
    const request = { channels: [channelId], from, to, speed: 20 }
    const ack = (await this.#socket.timeout(answersWithinMs).emitWithAck('replay', request)) as ReplayAck
    if (!ack.ok) throw new Error(`the replay is refused: ${ack.error.message}`)
    return ack.replay_id
  }

  /** Shows everything up to a time. Rejects if it is refused. */
  async seek(replayId: string, at: number): Promise<void> {
    const control = { replay_id: replayId, action: 'seek', at }
    const ack = (await this.#socket
      .timeout(answersWithinMs)
      .emitWithAck('replay_control', control)) as ReplayAck
    if (!ack.ok) throw new Error(`the jump is refused: ${ack.error.message}`)
  }

  /** Waits until the replay has ended, has failed with an error, or its connection is cut. */
  settled(what: string): Promise<unknown> {
    const isSettled = () =>
      this.#isCut || (this.#state !== undefined && settledStates.includes(this.#state.state))
    return until(isSettled, what, answersWithinMs)
  }

  [Symbol.dispose](): void {
    this.#socket.disconnect()
  }
}
