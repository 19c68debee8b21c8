import { expect, test } from 'vitest'
import {
  pipelineWork,
  type Pipeline,
  type PipelineWork,
} from '@chat-battle/contracts/rest/routes/get-pipeline'
import { servicesOf } from './services.ts'

type Group = NonNullable<Pipeline['kafka']>['groups'][number]

/** A pipeline in which everything works, with some groups replaced. */
function pipelineOf(given: Partial<Record<PipelineWork, Partial<Group>>> = {}): Pipeline {
  const groups = pipelineWork.options.map((work): Group => {
    const lag = work === 'ingest' || work === 'opt-out-jobs' ? null : 2
    return { work, state: 'stable', members: 1, lag, ...given[work] }
  })
  const topics = [
    { topic: 'twitch-chat-messages', appended: 120 },
    { topic: 'channel-stats', appended: 60 },
  ]
  return {
    at: 0,
    gateway: {
      status: 'ok',
      kafka: { connected: true, lag: 3 },
      cache: { channels: 1, windows: 1, age_ms: 1 },
      clock_skew_ms: null,
    },
    kafka: { answered_ms: 40, groups, topics },
    archive_ms: 5,
  }
}

test('says of each service what it does', () => {
  const services = servicesOf(pipelineOf({ processor: { members: 3 } }))
  const shown = services.map(({ name, standing, instances, lag, written, answeredMs }) => [
    name,
    standing,
    instances,
    lag,
    written,
    answeredMs,
  ])
  expect(shown).toEqual([
    ['ingest', 'good', 1, null, 120, null],
    ['processor', 'good', 3, 2, 60, null],
    ['archive', 'good', 1, 8, null, null],
    ['optOutJobs', 'good', 1, null, null, null],
    ['gateway', 'good', null, 3, null, null],
    ['kafka', 'good', null, null, null, 40],
    ['cassandra', 'good', null, null, null, 5],
  ])
})

test.each([
  ['ingest', 'away', { ingest: { state: 'empty', members: 0 } }],
  ['processor', 'late', { processor: { state: 'rebalancing' } }],
  ['archive', 'late', { 'archive-moments': { lag: 10_001 } }],
  ['archive', 'away', { archive: { lag: 10_001 }, 'archive-windows': { state: 'empty', members: 0 } }],
] as const)('%s is %s', (name, standing, given) => {
  expect(servicesOf(pipelineOf(given)).find((each) => each.name === name)?.standing).toBe(standing)
})

test('knows nothing of services while Kafka is away', () => {
  const services = servicesOf({ ...pipelineOf(), kafka: null, archive_ms: 2001 })
  expect(services.map(({ name, standing }) => [name, standing])).toEqual([
    ['ingest', 'none'],
    ['processor', 'none'],
    ['archive', 'none'],
    ['optOutJobs', 'none'],
    ['gateway', 'good'],
    ['kafka', 'away'],
    ['cassandra', 'late'],
  ])
})
