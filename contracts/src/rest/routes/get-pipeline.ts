import { z } from '../../zod.ts'
import { count, epochMs } from '../../primitives.ts'
import { defineRoute } from '../route.ts'
import { health } from './get-health.ts'

/** What consumer groups do, each shared by the instances of a service. */
export const pipelineWork = z.enum([
  /** Joins channels, and writes what their chats say. */
  'ingest',
  /** Computes the statistics. */
  'processor',
  /** Archive messages and events, closed windows, moments, and summaries. */
  'archive',
  'archive-windows',
  'archive-moments',
  'archive-summaries',
  /** Removes people who opted out. */
  'opt-out-jobs',
])

export const pipeline = z.object({
  /** When it was read, by the gateway's clock, epoch ms. An answer may be 5 s old. */
  at: epochMs,
  /** The gateway that answers, at this moment. */
  gateway: health,
  /** Null: Kafka does not answer. */
  kafka: z
    .object({
      /** How long it took to answer all questions, ms. */
      answered_ms: count,
      groups: z.array(
        z.object({
          work: pipelineWork,
          state: z.enum(['stable', 'rebalancing', 'empty']),
          /** Instances that share the work. */
          members: count,
          /** Records that are not processed yet. Null: the work commits no position to Kafka. */
          lag: count.nullable(),
        }),
      ),
      /** Records appended in the last minute. */
      topics: z.array(z.object({ topic: z.string(), appended: count })),
    })
    .nullable(),
  /** How long Cassandra took to answer, ms. Null: it does not answer. */
  archive_ms: count.nullable(),
})

export const getPipeline = defineRoute({
  id: 'getPipeline',
  method: 'GET',
  path: '/operator/pipeline',
  summary:
    'Report which services work, how far the archive is behind, and what topics received in the last minute',
  access: 'operator',
  isRateLimited: true,
  needsView: false,
  params: z.object({}),
  query: z.object({}),
  responses: { 200: { name: 'Pipeline', description: 'The services and topics', body: pipeline } },
  errors: [],
})

export type Pipeline = z.infer<typeof pipeline>
export type PipelineWork = z.infer<typeof pipelineWork>
