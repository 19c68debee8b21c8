import type { z } from '../zod.ts'
import { errorStatus, type ErrorKind } from './errors.ts'

/** A request body of more bytes gets 413. Routes without `body` ignore one: some HTTP clients send `{}` with every POST. */
export const maxBodyBytes = 16 * 1024

/** The body of one status. `name` is the name of its schema in the OpenAPI document. */
export interface ResponseDefinition {
  readonly name: string
  readonly description: string
  /** With `streamedAs`: one record of the stream. */
  readonly body: z.ZodType
  /** The media types of a body that is sent while it is read, record by record. Missing: one JSON document. */
  readonly streamedAs?: readonly string[]
}

/** A body that is sent while it is read. An error of `chunks` cuts the connection, so that no client takes the part for the whole. */
export interface StreamedBody {
  readonly mediaType: string
  readonly fileName: string
  readonly chunks: AsyncIterable<string>
}

/** One REST route: the router, the OpenAPI document and the typed client are built from it. */
export interface Route {
  /** The `operationId` of the OpenAPI document. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** An OpenAPI path template; a name in braces is a key of `params`. */
  readonly path: `/${string}`
  readonly summary: string
  /** `operator`: needs OPERATOR_TOKEN, or without that setting a request from the gateway's own machine. */
  readonly access: 'anyone' | 'operator'
  /** Whether requests count towards RATE_LIMIT_PER_MINUTE of their address. */
  readonly isRateLimited: boolean
  /** Whether the route answers `not_ready` until the gateway has read its topics. */
  readonly needsView: boolean
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  /** The JSON that a POST needs as its body. */
  readonly body?: z.ZodType
  readonly responses: Readonly<Record<number, ResponseDefinition>>
  /** The errors that the handler sends; `errorsOf` adds those that follow from the fields above. */
  readonly errors: readonly ErrorKind[]
}

export function defineRoute<const R extends Route>(route: R): R {
  return route
}

/** Decoded parameters, as a handler receives them. */
export interface RouteInput<R extends Route> {
  readonly params: z.output<R['params']>
  readonly query: z.output<R['query']>
  readonly body: R extends { readonly body: z.ZodType } ? z.output<R['body']> : undefined
}

/** A response, as a handler returns it. */
export type RouteReply<R extends Route> = {
  [S in keyof R['responses'] & number]: {
    readonly status: S
    readonly body: R['responses'][S] extends { readonly streamedAs: readonly string[] }
      ? StreamedBody
      : z.output<R['responses'][S]['body']>
  }
}[keyof R['responses'] & number]

/** Every kind of error that a route can answer with, by status. */
export function errorsOf(route: Route): Map<number, ErrorKind[]> {
  const kinds = new Set<ErrorKind>(['malformed_request', ...route.errors])
  if (route.access === 'operator') kinds.add('unauthorized')
  if (route.method !== 'GET') kinds.add('origin_not_allowed')
  if (route.isRateLimited) kinds.add('rate_limited')
  if (route.needsView) kinds.add('not_ready')
  kinds.add('payload_too_large').add('internal')
  return Map.groupBy(kinds, (kind) => errorStatus[kind])
}
