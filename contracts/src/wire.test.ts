import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Route } from './rest/route.ts'

const files = globSync('**/*.ts', {
  cwd: import.meta.dirname,
  exclude: ['**/*.test.ts', '{light-,}zod.ts'],
}).sort()
const modules = await Promise.all(
  files.map(async (file) => ({
    file,
    exports: (await import(/* @vite-ignore */ `./${file}`)) as Record<string, unknown>,
  })),
)

/** A schema, or those inside an exported object such as a route or a list of events, each by its path. */
function schemasIn(name: string, value: unknown): [string, z.ZodType][] {
  if (value instanceof z.ZodType) return [[name, value]]
  if (typeof value !== 'object' || value === null) return []
  if (Object.getPrototypeOf(value) !== Object.prototype) return []
  return Object.entries(value).flatMap(([key, inner]) => schemasIn(`${name}.${key}`, inner))
}

/** Of what writers produce and what readers accept: defaults differ between the two. Descriptions are not on the wire. */
function hashOf(schema: z.ZodType): string {
  const shapes = (['output', 'input'] as const).map((io) =>
    z.toJSONSchema(schema, { io, unrepresentable: 'any' }),
  )
  const text = JSON.stringify(shapes, (key, value: unknown) =>
    key === 'description' || key === 'examples' ? undefined : value,
  )
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** One name per schema: its own export rather than its place in a route. */
function namesBySchema(): Map<z.ZodType, string> {
  const names = new Map<z.ZodType, string>()
  for (const { file, exports } of modules) {
    for (const [name, value] of Object.entries(exports)) {
      for (const [path, schema] of schemasIn(`${file.replace('.ts', '')} ${name}`, value)) {
        const known = names.get(schema)
        if (known === undefined || known.includes('.')) names.set(schema, path)
      }
    }
  }
  return names
}

/** Method, path and statuses of each route: they are on the wire as much as its schemas. */
function linesOfRoutes(): string[] {
  return modules
    .flatMap(({ exports }) => Object.values(exports))
    .filter(isRoute)
    .map(({ method, path, responses }) => `${method} ${path} ${Object.keys(responses).join(' ')}\n`)
    .sort()
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'method' in value && 'responses' in value
}

const names = namesBySchema()

test('every route and every exported schema is as wire.txt has it', async () => {
  const lines = [...names].map(([schema, name]) => `${hashOf(schema)} ${name}\n`).sort(byName)
  await expect([...linesOfRoutes(), ...lines].join('')).toMatchFileSnapshot(
    'wire.txt',
    'A route or schema changed on the wire. If old and new processes can still read each other, or version.ts has a new version, run `vitest run contracts/src/wire.test.ts --update`.',
  )
})

test.each([
  'records/chat-event chatEvent',
  'records/channel-stats channelStats',
  'rest/routes/list-channels listChannels.query',
  'rest/routes/get-snapshots snapshots',
  'live/up upEvents.subscribe',
  'live/down subscribeAck',
])('finds %s', (name) => {
  expect([...names.values()]).toContain(name)
})

function byName(one: string, other: string): number {
  return one.slice(17) < other.slice(17) ? -1 : 1
}
