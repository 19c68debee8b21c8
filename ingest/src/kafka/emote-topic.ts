import {
  emotePartKey,
  emoteSetKey,
  emoteSetRecord,
  type EmoteSetHead,
  type SetProvider,
  type SetOwner,
} from '@chat-battle/contracts/records/emote-set'
import { EmoteSetAssembly } from '@chat-battle/contracts/records/emote-set-assembly'
import { emoteSetsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { readValues } from '@chat-battle/runtime/kafka/value-reader'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { startOwned } from '@chat-battle/runtime/process/owned'
import type { NamedEmote } from '../emotes/matching/match-emotes.ts'
import type { ProviderSet } from '../emotes/providers/answer.ts'
import { setRecords } from '../emotes/refresh/set-records.ts'

/** About 100 MB: a thousand channels of 500 emotes. */
const maxEmotesInMemory = 500_000
/** A writer that writes parts without their head for longer has died. */
const orphanAgeMs = 60 * 60_000
/** A set that was not fetched for longer is deleted, unless its channel is wanted. */
const setAgeMs = 7 * 24 * 60 * 60_000

export interface EmoteTopicOptions {
  settings: KafkaSettings
  logger: Logger
  deadLetters: DeadLetters
  /** Sets of other providers are ignored: they are turned off. */
  providers: ReadonlySet<SetProvider>
  /** Whether this instance uses the channel's emotes now. Others leave memory first. */
  isNeeded: (channelId: string | null) => boolean
  onChanged: (channelId: string | null) => void
}

/** The last good copy of every set: `emote-sets`, of every ingest. */
export interface EmoteTopic extends AsyncDisposable {
  /** By `emoteSetKey`. */
  readonly sets: EmoteSetAssembly<NamedEmote>['sets']
  /** How many emotes are in memory. */
  readonly emoteCount: () => number
  /** Writes a set; resolves when Kafka has it. */
  publish(owner: SetOwner, set: ProviderSet, fetchedAtMs: number): Promise<void>
  /** Deletes sets that no channel of `known` has and that were fetched long ago, and parts that no set names. */
  sweep(known: ReadonlySet<string>, nowMs: number): void
}

/** Reads and writes the sets. Resolves when the whole topic was read. */
export function openEmoteTopic(
  kafka: KafkaClient,
  { settings, logger, deadLetters, providers, isNeeded, onChanged }: EmoteTopicOptions,
): Promise<EmoteTopic> {
  return startOwned(async (owned) => {
    const topic = prefixed(settings, emoteSetsTopic.name)
    const assembly = new EmoteSetAssembly<NamedEmote>({
      keep: ({ id, name, is_zero_width }, provider) => ({
        id,
        name,
        provider,
        ...(is_zero_width && { is_zero_width }),
      }),
      maxEmotes: maxEmotesInMemory,
      isNeeded: ({ channel_id }) => isNeeded(channel_id),
    })
    const report = (keys: readonly string[]) => {
      for (const key of keys) onChanged(channelOf(key))
    }
    const producer = owned.use(await createConflatingProducer(kafka, { topic, logger }))
    const reader = owned.use(
      await readValues(kafka, topic, emoteSetRecord, logger, {
        onValue(record, { appendedAtMs }) {
          if (providers.has(record.provider)) report(assembly.take(record, appendedAtMs))
        },
        onDeleted: ({ key }) => report(assembly.forget(key)),
        onDeadLetter: deadLetters.keep,
      }),
    )
    await reader.caughtUp
    return {
      sets: assembly.sets,
      emoteCount: () => assembly.emoteCount,
      async publish(owner: SetOwner, set: ProviderSet, fetchedAtMs: number) {
        const { head, parts } = setRecords(owner, set, fetchedAtMs)
        const isThere = assembly.isStored(head) && assembly.sets.has(emoteSetKey(head))
        // In this order: whatever a crash leaves, the topic has a whole set.
        if (!isThere)
          await Promise.all(parts.map((part) => producer.send(emotePartKey(part), JSON.stringify(part))))
        await producer.send(emoteSetKey(head), JSON.stringify(head))
        producer.offerAll(formerParts(assembly, head).map((key) => [key, null] as const))
      },
      sweep(known: ReadonlySet<string>, nowMs: number) {
        const isStale = ({ channel_id, fetched_at }: EmoteSetHead) =>
          channel_id !== null &&
          !known.has(channel_id) &&
          !isNeeded(channel_id) &&
          fetched_at < nowMs - setAgeMs
        const stale = [...assembly.heads()].filter(isStale)
        const keys = stale.flatMap((head) => assembly.keysOf(emoteSetKey(head)))
        producer.offerAll(
          [...keys, ...assembly.orphans(nowMs - orphanAgeMs)].map((key) => [key, null] as const),
        )
      },
    }
  })
}

/** The keys of a set's parts of other content. */
function formerParts(assembly: EmoteSetAssembly<NamedEmote>, head: EmoteSetHead): string[] {
  const setKey = emoteSetKey(head)
  const own = `${setKey}:${head.content}:`
  return assembly.keysOf(setKey).filter((key) => key !== setKey && !key.startsWith(own))
}

function channelOf(setKey: string): string | null {
  const channel = setKey.slice(0, setKey.indexOf(':'))
  return channel === 'global' ? null : channel
}
