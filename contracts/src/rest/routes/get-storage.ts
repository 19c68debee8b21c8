import { z } from '../../zod.ts'
import { count, epochMs } from '../../primitives.ts'
import { defineRoute } from '../route.ts'

/** Days that are counted, the present one included. */
export const storageDays = 8
/** Channels whose windows are counted. */
export const maxStorageChannels = 500

export const storage = z.object({
  /** When it was counted, by the gateway's clock, epoch ms. An answer may be a minute old. */
  at: epochMs,
  /** Days of UTC, newest first; days without a closed window are missing. */
  days: z
    .array(
      z.object({
        /** Its start, epoch ms. */
        day: epochMs,
        /** Messages that closed windows counted, archived or not. */
        messages: count,
        /** Closed windows. */
        windows: count,
      }),
    )
    .max(storageDays + 1),
  /** Channels that were counted. */
  channels: count,
  /** Whether more channels were left out. */
  cut: z.boolean(),
  /** The tables of the archive on the node that answered: one copy of its share of the rows. Null: it does not say. */
  tables: z.array(z.object({ table: z.string(), mebibytes: count })).nullable(),
})

export const getStorage = defineRoute({
  id: 'getStorage',
  method: 'GET',
  path: '/operator/storage',
  summary: `Get the messages and closed windows of the archive per day, of ${storageDays} days, and the size of its tables`,
  access: 'operator',
  isRateLimited: true,
  needsView: false,
  params: z.object({}),
  query: z.object({}),
  responses: { 200: { name: 'Storage', description: 'What the archive holds', body: storage } },
  errors: ['archive_unavailable'],
})

export type Storage = z.infer<typeof storage>
