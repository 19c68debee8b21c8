import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  maxReplayRangeMs,
  maxReplays,
  maxReplaysPerAddress,
  replayControl,
  replayRequest,
  type ReplayAck,
  type ReplayRequest,
} from '@chat-battle/contracts/live/replay'
import { connectAuth } from '@chat-battle/contracts/live/up'
import { addressKey } from '@chat-battle/runtime/http/client-address'
import { isOperator } from '@chat-battle/runtime/http/operator-access'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { requireReplayable } from '../archive/message-range.ts'
import { findChannel } from '../archive/find-channel.ts'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import type { Channels } from '../current/channels.ts'
import type { SeenTwitchEmotes } from '../emotes/seen-twitch-emotes.ts'
import { Places } from '../limits/places.ts'
import { RequestRefused } from '../refusal.ts'
import { ArrivalBudget } from '../replay/arrival-store.ts'
import { Replay } from '../replay/replay.ts'
import type { ReplaySink } from '../replay/replay-options.ts'
import type { LiveSocket } from './subscriptions.ts'

/** Records that all replays keep together: about 200 MB. */
const maxKeptArrivals = 400_000

export interface ReplaysOptions {
  readonly channels: Channels
  readonly archive: Pick<ArchiveReader, 'page'>
  readonly operatorToken: string | undefined
  readonly personHash: PersonHash | undefined
  readonly archiveRetentionHours: number
  readonly addressOf: (request: IncomingMessage) => string
  readonly twitchEmotes: Pick<SeenTwitchEmotes, 'see'>
  readonly logger: Logger
}

interface Running {
  readonly id: string
  readonly replay: Replay
  readonly showsTexts: boolean
  readonly end: () => void
}

/** The replays of all sockets: at most one per socket. A socket that replays is subscribed to nothing. */
export class Replays {
  readonly #options: ReplaysOptions
  readonly #places = new Places(maxReplays, maxReplaysPerAddress)
  readonly #budget = new ArrivalBudget(maxKeptArrivals)
  readonly #bySocket = new Map<string, Running>()

  constructor(options: ReplaysOptions) {
    this.#options = options
  }

  /** Throws `RequestRefused` for a socket that replays. */
  requireNone(socket: LiveSocket): void {
    if (!this.#bySocket.has(socket.id)) return
    throw new RequestRefused(
      'malformed_request',
      'this socket replays; stop the replay, or use another socket',
    )
  }

  /** Answers when the state at the beginning is sent. Throws `RequestRefused`. */
  async start(socket: LiveSocket, argument: unknown): Promise<ReplayAck> {
    const request = readRequest(argument)
    const { channels, archive, operatorToken, personHash, addressOf, twitchEmotes, logger } = this.#options
    requireReplayable(request.from, this.#options.archiveRetentionHours)
    const found = await Promise.all(request.channels.map((name) => findChannel(archive, channels, name)))
    if (socket.disconnected) throw new RequestRefused('malformed_request', 'this socket is disconnected')
    this.requireNone(socket)
    // The room that every socket is in has its own id.
    if (socket.rooms.size > 1) {
      const reason = 'this socket has subscriptions; end them, or replay on another socket'
      throw new RequestRefused('malformed_request', reason)
    }
    if (new Set(found.map(({ id }) => id)).size < found.length)
      throw new RequestRefused('malformed_request', 'channels: one channel is named twice')
    const release = this.#places.take(addressKey(addressOf(socket.request)))
    if (release === undefined) throw tooMany()
    const id = randomUUID()
    const auth = connectAuth.safeParse(socket.handshake.auth).data
    const showsTexts = isOperator(socket.request, operatorToken, auth?.operator_token ?? '')
    const replay = new Replay({
      ...request,
      id,
      channels: found,
      showsTexts,
      archive,
      personHash,
      budget: this.#budget,
      sink: sinkOf(socket, id, twitchEmotes),
      logger,
    })
    const rooms = [id, ...found.map((channel) => roomOf(id, channel.id))]
    const end = () => {
      replay.stop()
      release()
      this.#bySocket.delete(socket.id)
      socket.off('disconnect', end)
      for (const room of rooms) void socket.leave(room)
    }
    this.#bySocket.set(socket.id, { id, replay, showsTexts, end })
    socket.once('disconnect', end)
    try {
      await socket.join(rooms)
      await replay.start()
    } catch (error) {
      end()
      throw error
    }
    return { ok: true, replay_id: id, shows_texts: showsTexts }
  }

  /** Throws `RequestRefused`. */
  async control(socket: LiveSocket, argument: unknown): Promise<ReplayAck> {
    const read = replayControl.safeParse(argument)
    const running = this.#bySocket.get(socket.id)
    if (!read.success || running?.id !== read.data.replay_id) {
      const reason = 'replay_control needs the `replay_id` of this socket, an `action`, and `at` or `speed`'
      throw new RequestRefused('malformed_request', reason)
    }
    await running.replay.control(read.data)
    if (read.data.action === 'stop') running.end()
    return { ok: true, replay_id: running.id, shows_texts: running.showsTexts }
  }
}

function readRequest(argument: unknown): ReplayRequest {
  const read = replayRequest.safeParse(argument)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new RequestRefused('malformed_request', `${issue?.path.join('.') ?? 'argument'}: ${issue?.message}`)
  }
  const { from, to, at = from } = read.data
  if (from >= to || to - from > maxReplayRangeMs)
    throw new RequestRefused(
      'range_not_served',
      `a replay lasts at most ${maxReplayRangeMs} ms, from before to`,
    )
  if (at < from || at >= to)
    throw new RequestRefused('malformed_request', `at: a time in the range, ${from} to ${to}`)
  return read.data
}

function roomOf(id: string, channelId: string): string {
  return `${id}:${channelId}`
}

/** Events of a replay go through the outbox, which never queues: one room per channel, so that channels do not replace each other. */
function sinkOf(socket: LiveSocket, id: string, emotes: Pick<SeenTwitchEmotes, 'see'>): ReplaySink {
  return {
    get isWritable() {
      const { transport, writeBuffer } = socket.conn as unknown as EngineSocket
      return transport.writable && writeBuffer.length === 0
    },
    send(event, payload, channelId) {
      // Their pictures are requested next.
      if ('messages' in payload) for (const message of payload.messages) emotes.see(message.emotes)
      const room = channelId === undefined ? id : roomOf(id, channelId)
      // The types of Socket.IO cannot relate an event to its payload in a generic function.
      const emit = socket.nsp.to(room).emit as (event: string, payload: unknown) => boolean
      emit.call(socket.nsp.to(room), event, payload)
    },
  }
}

/** The members of an Engine.IO 6 connection that say whether it is busy (engine.io/build/socket.js). */
interface EngineSocket {
  readonly transport: { readonly writable: boolean }
  readonly writeBuffer: readonly unknown[]
}

function tooMany(): RequestRefused {
  return new RequestRefused(
    'rate_limited',
    `at most ${maxReplays} replays at a time, and ${maxReplaysPerAddress} per address; try again when one has ended`,
  )
}
