import type { Registry } from 'prom-client'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { emoteSetKey, setProviders, type SetProvider } from '@chat-battle/contracts/records/emote-set'
import type { KafkaClient } from '@chat-battle/runtime/kafka/client'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { SteadyClock } from '../clock/steady-clock.ts'
import type { IngestConfig } from '../config.ts'
import { openEmoteTopic } from '../kafka/emote-topic.ts'
import type { Membership } from '../membership/membership.ts'
import type { Statuses } from '../membership/statuses.ts'
import { createEmoteMetrics } from '../metrics.ts'
import { EmoteTables } from './matching/emote-tables.ts'
import { createResolver } from './matching/resolve-message.ts'
import { fetchSet } from './refresh/fetch-set.ts'
import type { SetId } from './refresh/refresh-schedule.ts'
import { Refresher } from './refresh/refresher.ts'
import { SourceRooms } from './refresh/source-rooms.ts'

const wantEveryMs = 1000
const sweepEveryMs = 60 * 60_000

export interface EmoteParts {
  config: IngestConfig
  logger: Logger
  deadLetters: DeadLetters
  registry: Registry
  membership: Pick<Membership, 'channelIds'>
  statuses: Pick<Statuses, 'all'>
  time: Pick<SteadyClock, 'nowMs'>
  /** Monotonic ms. */
  monotonicMs: () => number
  /** Whether this instance fetches the sets that every channel has. */
  isFirst: () => boolean
}

/** Keeps the sets of the covered channels until `owned` is disposed of. Resolves to what ingest writes on each message. */
export async function startEmotes(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  parts: EmoteParts,
): Promise<(event: ChatEvent) => ChatEvent> {
  const { config, logger, deadLetters, registry, membership, time, monotonicMs, isFirst } = parts
  const addresses = addressesOf(config)
  const providers = new Set(addresses.keys())
  const sources = new SourceRooms()
  let wanted: ReadonlySet<SetId> = new Set()
  const topic = owned.use(
    await openEmoteTopic(kafka, {
      settings: config,
      logger,
      deadLetters,
      providers,
      isNeeded: (channelId) => channelId === null || wanted.has(channelId),
      onChanged: (channelId) => tables.onChanged(channelId),
    }),
  )
  const tables = new EmoteTables(topic.sets)
  const metrics = createEmoteMetrics(registry, providers, {
    oldestMs: (provider) => refresher.oldestMs(provider),
    emotes: topic.emoteCount,
  })
  const ended = new AbortController()
  const refresher = new Refresher(providers, {
    fetch: (provider, set) =>
      fetchSet(provider, set, { baseUrl: addresses.get(provider) ?? '', signal: ended.signal }),
    publish: topic.publish,
    fetchedAtMs: (owner) => topic.sets.get(emoteSetKey(owner))?.head.fetched_at,
    monotonicMs,
    nowMs: time.nowMs,
    onFetched: metrics.onFetched,
    logger,
  })
  owned.defer(() => {
    refresher.stop()
    ended.abort()
  })
  const want = () => {
    const ofAll = isFirst() ? [null] : []
    wanted = new Set([...ofAll, ...membership.channelIds(), ...sources.at(monotonicMs())])
    refresher.want(wanted)
  }
  const sweep = () => {
    if (isFirst()) topic.sweep(knownChannels(parts.statuses), time.nowMs())
  }
  owned.adopt(setInterval(want, wantEveryMs), clearInterval)
  owned.adopt(setInterval(sweep, sweepEveryMs), clearInterval)
  const resolve = createResolver({
    tables,
    bots: new Set(config.BOT_LOGINS),
    notBots: new Set(config.NOT_BOT_LOGINS),
    onSource: (channelId) => sources.see(channelId, monotonicMs()),
  })
  return (event) => (event.type === 'message' ? resolve(event) : event)
}

/** Of the providers that are not turned off. */
function addressesOf(config: IngestConfig): Map<SetProvider, string> {
  const given = { '7tv': config.SEVENTV_API_URL, bttv: config.BTTV_API_URL, ffz: config.FFZ_API_URL }
  return new Map(
    setProviders.flatMap((provider) =>
      given[provider] === '' ? [] : [[provider, given[provider]] as const],
    ),
  )
}

/** The channels that some ingest is in, or wants to be in. */
function knownChannels(statuses: Pick<Statuses, 'all'>): Set<string> {
  const known = [...statuses.all()].filter(({ status }) => status.state !== 'parted')
  return new Set(known.flatMap(({ status }) => status.channel_id ?? []))
}
