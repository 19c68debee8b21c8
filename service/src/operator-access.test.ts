import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { isOperator } from './operator-access.ts'

function request(remoteAddress: string, headers: IncomingHttpHeaders = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as IncomingMessage
}

test.each([
  ['from this machine', request('127.0.0.1'), true],
  ['from this machine, by IPv6', request('::1'), true],
  ['from this machine, on a socket of both', request('::ffff:127.0.0.1'), true],
  ['through a proxy on this machine', request('127.0.0.1', { 'x-forwarded-for': '1.2.3.4' }), false],
  ['from another machine', request('10.0.0.5'), false],
  ['from nowhere', request(''), false],
])('without a token in the settings, %s', (_, given, expected) => {
  expect(isOperator(given, undefined)).toBe(expected)
})

test.each([
  ['Bearer a-token-of-length', true],
  ['Bearer a-token-of-lengt', false],
  ['Basic a-token-of-length', false],
  ['Bearer ', false],
  [undefined, false],
])('with a token in the settings, %s', (authorization, expected) => {
  const headers = authorization === undefined ? {} : { authorization }
  expect(isOperator(request('127.0.0.1', headers), 'a-token-of-length')).toBe(expected)
  expect(isOperator(request('10.0.0.5', headers), 'a-token-of-length')).toBe(expected)
})
