import { z } from 'zod'
import { channelNameRule } from '@chat-battle/contracts/channel-name'
import type { Route, RouteInput } from '@chat-battle/contracts/rest/route'
import { RequestRefused } from '../refusal.ts'

const shownLength = 100

/** Values as Express has them: a query parameter that is given twice is an array. */
export interface RawInput {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  /** The bytes of the body; anything else where there is none. */
  readonly body?: unknown
}

type Decode = (value: unknown) => unknown

/** Builds the function that decodes a route's parameters by their schemas. It throws `RequestRefused`. */
export function createInputReader<R extends Route>(route: R): (raw: RawInput) => RouteInput<R> {
  const [readParams, readQuery] = [createReader(route.params), createReader(route.query)]
  return ({ params, query, body }) => {
    const read = { params: readParams(params), query: readQuery(query), body: readBody(route, body) }
    return read as RouteInput<R>
  }
}

function readBody({ body: schema }: Route, raw: unknown): unknown {
  if (schema === undefined) return undefined
  const read = schema.safeParse(parseJson(raw))
  if (read.success) return read.data
  throw new RequestRefused('malformed_request', `body: ${readable(read.error)}; see /api/openapi.json`)
}

function parseJson(raw: unknown): unknown {
  if (!Buffer.isBuffer(raw) || raw.length === 0)
    throw new RequestRefused('malformed_request', 'body: this route needs a JSON document')
  try {
    return JSON.parse(raw.toString())
  } catch {
    throw new RequestRefused('malformed_request', 'body: not a JSON document')
  }
}

/** Of a union, what is wrong with the alternative that fits best. */
function readable({ issues }: z.ZodError): string {
  return z
    .prettifyError({ issues })
    .replaceAll(/\s+/g, ' ')
    .slice(0, 3 * shownLength)
}

function createReader(schema: z.ZodObject): (raw: Readonly<Record<string, unknown>>) => unknown {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>)
  const decoders = fields.map(([name, field]): [string, Decode] => [name, decoderOf(field)])
  return (raw) => {
    const given = decoders.map(([name, decode]) => [
      name,
      raw[name] === undefined ? undefined : decode(raw[name]),
    ])
    const read = schema.safeParse(Object.fromEntries(given))
    if (read.success) return read.data
    const [issue] = read.error.issues
    throw refusalOf(schema, issue, raw)
  }
}

/** How a parameter's text becomes the type that its schema has: `a,b` an array, digits a number. */
function decoderOf(field: z.ZodType): Decode {
  switch (z.toJSONSchema(field, { io: 'input' }).type) {
    case 'array':
      return decodeList
    case 'integer':
      return (value) => (typeof value === 'string' && /^-?[0-9]{1,16}$/.test(value) ? Number(value) : value)
    default:
      return (value) => value
  }
}

/** A list that is given twice counts as one list. An empty text is an empty list. */
function decodeList(value: unknown): unknown {
  if (value === '') return []
  const lists: unknown[] = Array.isArray(value) ? value : [value]
  return lists.flatMap((list) => (typeof list === 'string' ? list.split(',') : [list]))
}

function refusalOf(
  schema: z.ZodObject,
  issue: z.core.$ZodIssue | undefined,
  raw: Readonly<Record<string, unknown>>,
): RequestRefused {
  if (issue?.message === channelNameRule) return new RequestRefused('malformed_channel', channelNameRule)
  const name = String(issue?.path[0])
  const field = (schema.shape as Record<string, z.ZodType>)[name]
  const shown = (JSON.stringify(raw[name]) ?? 'nothing').slice(0, shownLength)
  return new RequestRefused(
    'malformed_request',
    `${name}: ${field?.description ?? issue?.message} Received: ${shown}`,
  )
}
