import { globSync, readFileSync } from 'node:fs'
import { parser } from '@prometheus-io/lezer-promql'
import type { Registry } from 'prom-client'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createGatewayMetrics, createPictureMetrics } from '@chat-battle/gateway/metrics'
import { createIngestMetrics, observeIngest } from '@chat-battle/ingest/metrics'
import { createArchiveMetrics } from '@chat-battle/processor/archive/metrics'
import { createStatisticsMetrics } from '@chat-battle/processor/partition/metrics'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { createDeadLetterCounter } from '@chat-battle/runtime/kafka/dead-letters'
import { createWebMetrics } from '@chat-battle/web/server/metrics'

const file = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

const rules = z
  .object({
    groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
  })
  .parse(parse(file('./prometheus/alerts.yml')))
  .groups.flatMap((group) => group.rules)
const queries = z
  .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) })
  .parse(JSON.parse(file('./grafana/chat-battle.json')))
  .panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))

const runbook = file('../docs/runbook.md')

/** Every metric of every service, with its possible labels. */
async function realMetrics(): Promise<Map<string, Set<string>>> {
  const none = () => 0
  const registries: Registry[] = Array.from({ length: 4 }, () => createRegistry())
  const [ingest, processor, gateway, web] = registries as [Registry, Registry, Registry, Registry]
  createIngestMetrics(ingest)
  observeIngest(ingest, {
    connections: none,
    joined: none,
    bufferedBytes: none,
    waitingJoins: none,
    channelsOverLimit: none,
    loggedOutSeconds: none,
    apiFailingSeconds: none,
    clockSkewMs: none,
  })
  createStatisticsMetrics(processor, () => ({ states: new Map(), running: 0, channels: 0 }))
  createArchiveMetrics(processor, [])
  createDeadLetterCounter(processor)
  createGatewayMetrics(gateway, {
    sockets: none,
    subscribedChannels: none,
    watchedChats: none,
    cachedChannels: none,
    cachedWindows: none,
    lag: none,
    clockSkewMs: none,
  })
  createPictureMetrics(gateway, none)
  createWebMetrics(web)
  const names = new Map([['up', new Set(['job', 'instance'])]])
  for (const registry of registries) {
    for (const { name, type } of await registry.getMetricsAsJSON()) {
      // prom-client keeps a metric's labels to itself.
      const { labelNames } = registry.getSingleMetric(name) as unknown as { labelNames?: string[] }
      const labels = new Set([...(labelNames ?? []), 'job', 'instance', 'le'])
      const suffixes = String(type) === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
      for (const suffix of suffixes) names.set(name + suffix, labels)
    }
  }
  return names
}

/** The metrics and labels of a query. `isWhole`: every part of it is PromQL. */
function read(query: string): { metrics: string[]; labels: string[]; isWhole: boolean } {
  const metrics: string[] = []
  const labels: string[] = []
  let isWhole = true
  parser.parse(query).iterate({
    enter({ name, type, from, to }) {
      if (type.isError) isWhole = false
      if (name === 'Identifier') metrics.push(query.slice(from, to))
      if (name === 'LabelName') labels.push(query.slice(from, to))
    },
  })
  return { metrics, labels, isWhole }
}

test.each([...rules.map(({ expr }) => expr), ...queries])(
  '%s queries metrics and labels that exist',
  async (query) => {
    const real = await realMetrics()
    const { metrics, labels, isWhole } = read(query)
    expect(isWhole).toBe(true)
    expect(metrics.length).toBeGreaterThan(0)
    expect(metrics.filter((name) => !real.has(name))).toEqual([])
    for (const label of labels) expect(metrics.some((name) => real.get(name)?.has(label))).toBe(true)
  },
)

test.each(['sum(up > 0', 'rate(up[5m) > 0', 'up == 0 an up', 'averaged(up)', 'up{job=ingest}'])(
  '%s is refused as PromQL',
  (query) => {
    expect(read(query).isWhole).toBe(false)
  },
)

test('the runbook has one entry per alert', () => {
  const entries = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
  expect(entries.sort()).toEqual(rules.map(({ alert }) => alert).sort())
})

test('the runbook names metrics that exist', async () => {
  const real = [...(await realMetrics()).keys()]
  const asked = [...runbook.matchAll(/`metrics (\w+)`/g)].map(([, name = '']) => name)
  expect(asked.length).toBeGreaterThan(0)
  // The runbook's `metrics` greps: a part of a name matches.
  expect(asked.filter((part) => !real.some((name) => name.includes(part)))).toEqual([])
})

const lines = [...runbook.replace(/\s+/g, ' ').matchAll(/(\w+)'s log for ((?:`[^`]+`(?: and )?)+)/g)].flatMap(
  ([, service = '', quoted = '']) =>
    quoted.split('` and `').map((line) => [service, line.replaceAll('`', '')]),
)

test.each(lines)('%s logs “%s”, as the runbook says', (service, line) => {
  const folders = [`../${service}/{src,server}`, `../runtime/src`].map((folder) => `${folder}/**/*.ts`)
  const sources = globSync(folders, { cwd: import.meta.dirname })
  expect(sources.some((path) => !path.includes('.test.') && file(path).includes(`'${line}`))).toBe(true)
})
