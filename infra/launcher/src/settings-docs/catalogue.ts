import type { z } from 'zod'
import { settingsByReader } from '../settings.ts'

/** A setting as the documents show it. */
export interface Setting {
  name: string
  description: string
  /** As one would write it; absent where there is no default. */
  default?: string
  /** The programs that read it. */
  readers: readonly string[]
}

export interface SettingGroup {
  title: string
  settings: readonly Setting[]
}

const titles = {
  'local start': 'Local start',
  kafka: 'Kafka',
  cassandra: 'Cassandra',
  shared: 'Several services',
  ingest: 'ingest',
  processor: 'processor',
  gateway: 'gateway',
  web: 'web',
  provisioner: 'provisioner',
} as const

/** Every setting once, grouped by the programs that read it. */
export function settingGroups(): readonly SettingGroup[] {
  const all = everySetting()
  return Object.entries(titles).map(([group, title]) => ({
    title,
    settings: all.filter((setting) => groupOf(setting) === group),
  }))
}

function everySetting(): Setting[] {
  const byName = new Map<string, Setting & { readers: string[] }>()
  for (const [reader, shape] of Object.entries<z.ZodRawShape>(settingsByReader)) {
    for (const [name, schema] of Object.entries(shape)) {
      const known = byName.get(name)
      if (known === undefined) byName.set(name, { name, ...documented(schema), readers: [reader] })
      else known.readers.push(reader)
    }
  }
  return [...byName.values()].map((setting) => ({ ...setting, readers: withoutOwnStart(setting.readers) }))
}

/** The local start reads some settings of the services, to pass them on. */
function withoutOwnStart(readers: readonly string[]): readonly string[] {
  return readers.length === 1 ? readers : readers.filter((reader) => reader !== 'local start')
}

function groupOf({ name, readers: [first, ...others] }: Setting): string | undefined {
  if (others.length === 0) return first
  if (name.startsWith('KAFKA_')) return 'kafka'
  return name.startsWith('CASSANDRA_') ? 'cassandra' : 'shared'
}

type AnySchema = z.core.$ZodType & { description?: string }

/** The description and the default of a schema, also where another schema wraps them. */
function documented(schema: AnySchema): { description: string; default?: string } {
  let description = ''
  let fallback: string | undefined
  for (let inner: AnySchema | undefined = schema; inner !== undefined; inner = innerOf(inner)) {
    description ||= inner.description ?? ''
    if (isDefault(inner)) fallback ??= shown(inner._zod.def.defaultValue)
  }
  return { description, ...(fallback !== undefined && fallback !== '' && { default: fallback }) }
}

function innerOf(schema: AnySchema): AnySchema | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'default' || def.type === 'optional') return def.innerType
  return def.type === 'pipe' ? def.in : undefined
}

function isDefault(schema: AnySchema): schema is z.core.$ZodDefault {
  return schema._zod.def.type === 'default'
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value)
}
