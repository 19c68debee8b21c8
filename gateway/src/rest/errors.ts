import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { errorStatus, type ErrorBody, type ErrorKind } from '@chat-battle/contracts/rest/errors'
import { maxBodyBytes } from '@chat-battle/contracts/rest/route'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { RequestRefused } from '../refusal.ts'

/** Answers with the one shape of every error. */
export function refuse(response: Response, kind: ErrorKind, message: string): void {
  const body: ErrorBody = { error: { kind, message } }
  if (kind === 'unauthorized') response.setHeader('www-authenticate', 'Bearer')
  response.status(errorStatus[kind]).json(body)
}

/** Answers 405 with the methods that a path has. */
export function refuseOtherMethods(methods: readonly string[]): RequestHandler {
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  return (request, response) => {
    response.setHeader('allow', allowed)
    refuse(response, 'method_not_allowed', `${request.method} is not served here; use ${allowed}`)
  }
}

/** Turns every error of a handler, or of Express itself, into the one shape. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    if (response.headersSent) {
      logger.warn({ err: error }, 'response cut')
      return void response.destroy()
    }
    if (error instanceof RequestRefused) return refuse(response, error.kind, error.message)
    const status = (error as { status?: unknown }).status
    if (status === 413) {
      return refuse(response, 'payload_too_large', `a request body has at most ${maxBodyBytes} bytes`)
    }
    if (typeof status === 'number' && status >= 400 && status < 500) {
      return refuse(response, 'malformed_request', 'the request is malformed; see /api/openapi.json')
    }
    logger.error({ err: error }, 'request failed')
    refuse(response, 'internal', 'the gateway failed; try again')
  }
}
