import { globSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'

interface Reader {
  safeParse(value: unknown): { success: boolean; data?: unknown }
}

interface JsonSchema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  propertyNames?: JsonSchema
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  pattern?: string
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

const files = globSync('**/*.ts', { cwd: import.meta.dirname, exclude: ['**/*.test.ts', '{light-,}zod.ts'] })
const byZod = await importAll()
vi.resetModules()
vi.doMock('./zod.ts', () => import('./light-zod.ts'))
const byLight = await importAll()

function importAll(): Promise<[string, unknown][]> {
  return Promise.all(
    files.map(async (file): Promise<[string, unknown]> => [
      file,
      { ...((await import(/* @vite-ignore */ `./${file}`)) as object) },
    ]),
  )
}

/** The schemas inside a value, each with that at the same place of the other. */
function pairsIn(name: string, value: unknown, other: unknown): [string, z.ZodType, Reader][] {
  if (value instanceof z.ZodType) return [[name, value, other as Reader]]
  if (typeof value !== 'object' || value === null || typeof other !== 'object' || other === null) return []
  if (Object.getPrototypeOf(value) !== Object.prototype) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    pairsIn(`${name}.${key}`, inner, (other as Record<string, unknown>)[key]),
  )
}

const found = byZod.flatMap(([file, exports], index) => pairsIn(file, exports, byLight[index]?.[1]))
/** Each schema once. */
const pairs = [...new Map(found.map((pair) => [pair[1], pair])).values()]

/** Values that a schema accepts, most of them. */
function accepted(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { enum: values, anyOf, oneOf, prefixItems, properties, required = [], items } = schema
  if ('const' in schema) return fc.constant(schema.const)
  if (values !== undefined) return fc.constantFrom(...values)
  const options = anyOf ?? oneOf
  if (options !== undefined) return fc.oneof(...options.map(accepted))
  if (prefixItems !== undefined) return fc.tuple(...prefixItems.map(accepted))
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([name, each]) => [name, accepted(each)])
    return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: required,
    })
  }
  const { additionalProperties: entries = {}, propertyNames = { type: 'string' } } = schema
  if (schema.type === 'object')
    return fc.dictionary(accepted(propertyNames) as fc.Arbitrary<string>, accepted(entries as JsonSchema), {
      maxKeys: 3,
    })
  if (schema.type === 'array') return fc.array(accepted(items ?? {}), { maxLength: 3 })
  return acceptedAlone(schema)
}

function acceptedAlone({
  type,
  pattern,
  format,
  minLength,
  maxLength,
  minimum,
  maximum,
}: JsonSchema): fc.Arbitrary<unknown> {
  if (format === 'base64') return fc.base64String({ maxLength: 40 })
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  if (type === 'string')
    return fc.string({ minLength: minLength ?? 0, maxLength: Math.min(maxLength ?? 20, 20) })
  const min = Math.max(minimum ?? -9, -2e9)
  if (type === 'integer') return fc.integer({ min, max: Math.min(maximum ?? Infinity, min + 20) })
  if (type === 'number') return fc.double({ min, max: maximum ?? min + 20, noNaN: true })
  if (type === 'boolean') return fc.boolean()
  return type === 'null' ? fc.constant(null) : fc.jsonValue()
}

const junk = [null, true, -1, 0.5, 2 ** 53, 1e300, '', 'text', '0', {}, [], [1], undefined]

/** One place of the value replaced, enlarged, or removed. */
function spoiled(value: unknown, place: number, how: number): unknown {
  const root = { value: structuredClone(value) }
  const places: [Record<string, unknown>, string][] = []
  const visit = (parent: Record<string, unknown>) => {
    for (const key of Object.keys(parent)) {
      places.push([parent, key])
      const inner = parent[key]
      if (typeof inner === 'object' && inner !== null) visit(inner as Record<string, unknown>)
    }
  }
  visit(root)
  const [parent = root, key = 'value'] = places[place % places.length] ?? []
  const present = (parent as Record<string, unknown>)[key]
  const choices = [...junk, enlarged(present), { ...(present as object), added_later: 1 }]
  const choice = how % (choices.length + 1)
  if (choice < choices.length) (parent as Record<string, unknown>)[key] = choices[choice]
  else if (!Array.isArray(parent)) Reflect.deleteProperty(parent, key)
  return root.value
}

function enlarged(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`.repeat(5000)
  if (Array.isArray(value)) return new Array(6000).fill(value[0] ?? 0)
  return 1e15
}

test.each(pairs)('%s', (_, schema, light) => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const read = (by: Reader, value: unknown) => {
    const { success, data } = by.safeParse(value)
    return success ? { data } : 'refused'
  }
  const same = (value: unknown) => void expect(read(light, value)).toStrictEqual(read(schema, value))
  fc.assert(fc.property(accepted(json), same), { numRuns: 10 })
  const spoil = fc.tuple(accepted(json), fc.nat(), fc.nat())
  fc.assert(
    fc.property(spoil, ([value, place, how]) => same(spoiled(value, place, how))),
    { numRuns: 60 },
  )
})

test('leaves out a key that would set the prototype, as zod does', () => {
  const [, schema, light] = found.find(([name]) => name.endsWith('figures.notices.schema')) ?? []
  const value: unknown = JSON.parse('{"__proto__": 1, "raid": 2}')
  expect(light?.safeParse(value).data).toStrictEqual({ raid: 2 })
  expect(schema?.safeParse(value).data).toStrictEqual({ raid: 2 })
})

test('finds the schemas of the page, and reads them without zod', () => {
  expect(found.map(([name]) => name)).toContain('live/down.ts.downEvents.stats')
  expect(found.filter(([, , light]) => light instanceof z.ZodType)).toEqual([])
})
