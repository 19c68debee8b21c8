import type { Pipeline, PipelineWork } from '@chat-battle/contracts/rest/routes/get-pipeline'
import { healthStanding, worst, type Standing } from './standing.ts'

type Group = NonNullable<Pipeline['kafka']>['groups'][number]

/** A service as the room shows it. Null: not known, or of no meaning for it. */
export interface Service {
  readonly name: 'gateway' | 'ingest' | 'processor' | 'archive' | 'optOutJobs' | 'kafka' | 'cassandra'
  readonly standing: Standing
  readonly instances: number | null
  /** Records that it has not processed. */
  readonly lag: number | null
  /** How long it took to answer, ms. */
  readonly answeredMs: number | null
  /** Records that it wrote in the last minute. */
  readonly written: number | null
}

const works: readonly { name: Service['name']; groups: readonly PipelineWork[]; writes: string | null }[] = [
  { name: 'ingest', groups: ['ingest'], writes: 'twitch-chat-messages' },
  { name: 'processor', groups: ['processor'], writes: 'channel-stats' },
  {
    name: 'archive',
    groups: ['archive', 'archive-windows', 'archive-moments', 'archive-summaries'],
    writes: null,
  },
  { name: 'optOutJobs', groups: ['opt-out-jobs'], writes: null },
]

/** Ten seconds of a busy installation. */
const lateLag = 10_000
const lateAnswerMs = 2000

/** The services, in the order of the data. Those of which Kafka would have to tell are not known while it is away. */
export function servicesOf({ gateway, kafka, archive_ms: archiveMs }: Pipeline): Service[] {
  const unknown = { instances: null, lag: null, answeredMs: null, written: null }
  const working = works.map(({ name, groups, writes }): Service => {
    if (kafka === null) return { ...unknown, name, standing: 'none' }
    const found = kafka.groups.filter(({ work }) => groups.includes(work))
    const lags = found.flatMap(({ lag }) => lag ?? [])
    return {
      ...unknown,
      name,
      standing: worst(found.map(groupStanding)),
      instances: Math.min(...found.map(({ members }) => members)),
      lag: lags.length === 0 ? null : lags.reduce((sum, lag) => sum + lag),
      written: kafka.topics.find(({ topic }) => topic === writes)?.appended ?? null,
    }
  })
  const answers = (answeredMs: number | null): Standing =>
    answeredMs === null ? 'away' : answeredMs > lateAnswerMs ? 'late' : 'good'
  const kafkaMs = kafka?.answered_ms ?? null
  return [
    ...working,
    { ...unknown, name: 'gateway', standing: healthStanding(gateway), lag: gateway.kafka.lag },
    { ...unknown, name: 'kafka', standing: answers(kafkaMs), answeredMs: kafkaMs },
    { ...unknown, name: 'cassandra', standing: answers(archiveMs), answeredMs: archiveMs },
  ]
}

/** A group without a member is a service that is away. */
function groupStanding({ state, lag }: Group): Standing {
  if (state === 'empty') return 'away'
  return state === 'rebalancing' || (lag ?? 0) > lateLag ? 'late' : 'good'
}
