import type { z } from '../zod.ts'
import { errorBody, type RequestError } from './errors.ts'
import type { Route } from './route.ts'
import { protocolHeader, protocolVersion } from '../version.ts'

/** The parameters of a call. Arrays become comma-separated lists. */
export interface CallInput<R extends Route> {
  readonly params?: z.input<R['params']>
  readonly query?: z.input<R['query']>
  readonly body?: R extends { readonly body: z.ZodType } ? z.input<R['body']> : never
}

export interface CallOptions {
  /** Where the gateway is, e.g. `http://127.0.0.1:3001`; the page's own origin by default. */
  readonly origin?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

type SuccessBody<R extends Route> = z.output<R['responses'][Extract<keyof R['responses'], 200 | 202>]['body']>

/** A response that is not a success, or that the route's schema does not accept. */
export class CallFailed extends Error {
  readonly status: number
  /** Undefined: the body is not an error of this API, e.g. because a proxy sent it. */
  readonly error: RequestError | undefined
  /** The `Retry-After` header. */
  readonly retryAfter: string | null
  /** The gateway speaks a newer version of the protocol than this client. */
  readonly isClientOutdated: boolean

  constructor(path: string, response: Response, error: RequestError | undefined, reason?: string) {
    super(`${path}: ${reason ?? error?.message ?? response.status}`)
    this.status = response.status
    this.error = error
    this.retryAfter = response.headers.get('retry-after')
    this.isClientOutdated = Number(response.headers.get(protocolHeader)) > protocolVersion
  }
}

/** Sends a request to a route. Rejects with `CallFailed`, or with the error of `fetch`. */
export async function callRoute<R extends Route>(
  route: R,
  input: CallInput<R> = {},
  { origin = '', headers = {}, signal }: CallOptions = {},
): Promise<SuccessBody<R>> {
  const path = pathOf(route, input)
  const json = input.body === undefined ? {} : { body: JSON.stringify(input.body) }
  const type: Record<string, string> = input.body === undefined ? {} : { 'content-type': 'application/json' }
  const init = {
    method: route.method,
    headers: { ...type, ...headers },
    ...json,
    ...(signal === undefined ? {} : { signal }),
  }
  const response = await fetch(origin + path, init)
  if (!response.ok) {
    const body = errorBody.safeParse(await response.json().catch(() => undefined))
    throw new CallFailed(path, response, body.data?.error)
  }
  const body = route.responses[response.status]?.body.safeParse(await response.json())
  if (body?.success !== true) {
    throw new CallFailed(path, response, undefined, body?.error.message ?? `status ${response.status}`)
  }
  return body.data as SuccessBody<R>
}

/** Path and query string of a call. */
export function pathOf<R extends Route>(route: R, input: CallInput<R>): string {
  const params = (input.params ?? {}) as Record<string, unknown>
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeValue(params[name]))
  const pairs = Object.entries(input.query ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeValue(value)}`)
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

function encodeValue(value: unknown): string {
  return Array.isArray(value) ? value.map(encodeValue).join(',') : encodeURIComponent(String(value))
}
