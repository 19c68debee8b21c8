import type { ErrorRequestHandler, Response } from 'express'
import type { ErrorBody, ErrorKind } from '@chat-battle/contracts/rest/errors'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { errorStatus } from './error-status.ts'
import { RequestRefused } from '../current/channels.ts'

/** Answers with the one shape that every error has. */
export function refuse(response: Response, kind: ErrorKind, message: string): void {
  const body: ErrorBody = { error: { kind, message } }
  response.status(errorStatus[kind]).json(body)
}

/** Turns whatever a route or Express itself threw into the one error shape. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error)
    if (error instanceof RequestRefused) return refuse(response, error.kind, error.message)
    const status = (error as { status?: unknown }).status
    if (status === 413) return refuse(response, 'payload_too_large', 'this API takes no request bodies')
    if (typeof status === 'number' && status >= 400 && status < 500) {
      return refuse(
        response,
        'malformed_request',
        'the request could not be understood; see /api/openapi.json',
      )
    }
    logger.error({ err: error }, 'a request failed')
    refuse(response, 'internal', 'something went wrong here; try again')
  }
}
