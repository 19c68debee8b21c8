import { z } from '../../zod.ts'
import { channelId, channelLogin, count, epochMs } from '../../primitives.ts'
import { setProvider } from '../../records/emote-set.ts'
import { defineRoute } from '../route.ts'

/** How many sets the list holds. */
export const maxListedSets = 200

export const emoteSetList = z.object({
  /** When the list was made, by the gateway's clock, epoch ms: the age of a set is the time since `fetched_at`. */
  at: epochMs,
  /** Those that were read the longest ago first. */
  sets: z
    .array(
      z.object({
        provider: setProvider,
        /** Null: a set of every channel. */
        channel_id: channelId.nullable(),
        /** The joined channel. Null: a set of every channel. */
        channel_login: channelLogin.nullable(),
        emote_count: count,
        /** When the provider last answered, epoch ms of ingest's clock. */
        fetched_at: epochMs,
      }),
    )
    .max(maxListedSets),
  total: count,
})

export const listEmoteSets = defineRoute({
  id: 'listEmoteSets',
  method: 'GET',
  path: '/operator/emote-sets',
  summary: `List the emote sets of every channel and of joined channels, oldest first, at most ${maxListedSets}`,
  access: 'operator',
  isRateLimited: true,
  needsView: true,
  params: z.object({}),
  query: z.object({}),
  responses: { 200: { name: 'EmoteSetList', description: 'The sets', body: emoteSetList } },
  errors: [],
})

export type EmoteSetList = z.infer<typeof emoteSetList>
