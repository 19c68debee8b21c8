import { setTimeout as delay } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { decodeEvent } from '@chat-battle/contracts/live/decode'
import type { DownEvent } from '@chat-battle/contracts/live/down'
import type { EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import { protocolVersion } from '@chat-battle/contracts/version'
import { doorsOf } from './demo-doors.ts'
import type { Log } from './progress.ts'

/** A word that simulated people write. */
const searched = 'gg'
const retryMs = 5000
/** The archive of a first start is a minute behind. */
const maxTries = 60

interface ShownEmote {
  readonly provider: EmoteProvider
  readonly id: string
  readonly name: string
}

/** What a report tries besides events. All reject where the gateway refuses or does not answer. */
export interface DemoDoors {
  /** Searches the last hour. `newestMs`: epoch ms of the newest message found. */
  search(words: string): Promise<{ matched: number; newestMs: number | undefined }>
  /** The size of an emote's picture in bytes; undefined: not served. */
  picture(emote: ShownEmote): Promise<number | undefined>
  /** The messages that a replay up to `atMs`, epoch ms, shows at its beginning. */
  replay(atMs: number): Promise<number>
}

/** The members of a Socket.IO client that a report uses. */
export interface ReportSocket {
  on(event: string, listener: (payload: unknown) => void): unknown
  emit(event: string, argument: string): unknown
}

/** Watches a channel of the demo as any client does, and logs one line per capability once it has something to show. */
export function reportDemo(url: string, channel: string, log: Log, operatorToken = ''): Disposable {
  const socket = io(url, { transports: ['websocket'], auth: { protocol: protocolVersion } })
  const doors = doorsOf(url, channel, operatorToken)
  const ending = new AbortController()
  watch(socket, channel, log, doors)
  void reportArchive(doors, channel, log, (ms) => delay(ms, undefined, { signal: ending.signal })).catch(
    () => undefined,
  )
  return {
    [Symbol.dispose]() {
      ending.abort()
      socket.disconnect()
    },
  }
}

/** Logs a search and a replay of what it found, once the archive has it. Gives up silently: a demo may run without an archive. */
export async function reportArchive(
  { search, replay }: Pick<DemoDoors, 'search' | 'replay'>,
  channel: string,
  log: Log,
  wait: (ms: number) => Promise<unknown>,
): Promise<void> {
  for (let tries = 0; tries < maxTries; tries++) {
    const { matched, newestMs } = await search(searched).catch(() => nothingFound)
    if (newestMs !== undefined) {
      log(`search: ${matched} messages of ${channel} with "${searched}" in the last hour`)
      const count = await replay(newestMs).catch(() => undefined)
      if (count !== undefined)
        log(`replay: ${channel} a minute before the newest of them, at ${count} messages in its window`)
      return
    }
    await wait(retryMs)
  }
}

const nothingFound = { matched: 0, newestMs: undefined }

export function watch(
  socket: ReportSocket,
  channel: string,
  log: Log,
  { picture }: Pick<DemoDoors, 'picture'>,
): void {
  const reported = new Set<string>()
  const once = (what: string, text: string) => {
    if (reported.has(what)) return
    reported.add(what)
    log(`${what}: ${text}`)
  }
  const on = <E extends DownEvent>(event: E, listener: Parameters<typeof decodeEvent<E>>[1]) =>
    socket.on(
      event,
      decodeEvent(event, listener, () => undefined),
    )
  socket.on('connect', () => {
    socket.emit('subscribe', channel)
    socket.emit('subscribe_chat', channel)
  })
  on('messages', ({ messages }) => {
    if (messages.length > 0) once('live chat', `${channel} began with ${messages.length} kept messages`)
  })
  on('removed', ({ message_ids, user_ids, all }) => {
    const what = all ? 'the whole chat' : `${message_ids.length} messages and ${user_ids.length} people`
    once('moderation', `${what} of ${channel} removed from live chat`)
  })
  let isRequested = false
  on('stats', ({ mood, top_emotes }) => {
    const emote = top_emotes.find(({ provider }) => provider !== 'twitch')
    if (emote !== undefined && !isRequested) {
      isRequested = true
      void picture(emote).then(
        (bytes) => {
          if (bytes !== undefined)
            once('pictures', `${emote.name} of ${emote.provider} served in ${bytes} bytes`)
        },
        () => (isRequested = false),
      )
    }
    if (mood === null) return
    const percent = (share: number) => `${Math.round(share * 100)} %`
    once(
      'mood',
      `${channel} is ${percent(mood.positive)} positive and ${percent(mood.negative)} negative, read from ${percent(mood.coverage)} of its messages`,
    )
  })
}
