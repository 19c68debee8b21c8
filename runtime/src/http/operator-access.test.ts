import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { isOperator } from './operator-access.ts'

function request(
  remoteAddress: string,
  headers: IncomingHttpHeaders = {},
  httpVersion = '1.1',
): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: { host: 'localhost:3001', ...headers },
    httpVersion,
  } as IncomingMessage
}

test.each([
  ['from this machine', request('127.0.0.1'), true],
  ['from this machine, by IPv6', request('::1'), true],
  ['from this machine, on a socket of both', request('::ffff:127.0.0.1'), true],
  ['through a proxy on this machine', request('127.0.0.1', { 'x-forwarded-for': '1.2.3.4' }), false],
  ['from another machine', request('10.0.0.5'), false],
  [
    'from another machine that claims to be this one',
    request('10.0.0.5', { 'x-forwarded-for': '127.0.0.1' }),
    false,
  ],
  ['from nowhere', request(''), false],
  ['without a host', request('127.0.0.1', { host: undefined }), false],
  // nginx without settings: Host is this machine, and the client is not named.
  ['through a proxy that speaks HTTP/1.0', request('127.0.0.1', {}, '1.0'), false],
])('without a token in the settings, %s', (_, given, expected) => {
  expect(isOperator(given, undefined)).toBe(expected)
})

test.each([
  'localhost',
  'LOCALHOST:3001',
  'metrics.localhost:9101',
  '127.0.0.1:3001',
  '127.8.9.1',
  '[::1]:3001',
  '[::ffff:127.0.0.1]:3001',
])('accepts the host %s as this machine', (host) => {
  expect(isOperator(request('127.0.0.1', { host }), undefined)).toBe(true)
})

test.each([
  'chat.example',
  'rebound.example:3001',
  '127.0.0.1.rebound.example',
  '127.0.0.1@rebound.example',
  'localhost.rebound.example:3001',
  'rebound.example/localhost',
  'notlocalhost',
  '10.0.0.5',
  '0.0.0.0',
  '[2001:db8::1]',
  '',
])('refuses the host %s as another machine', (host) => {
  expect(isOperator(request('127.0.0.1', { host }), undefined)).toBe(false)
})

test.each([
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-original-forwarded-for',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-ray',
  'cdn-loop',
  'x-envoy-external-address',
])('refuses a request with the header %s, which a proxy adds', (header) => {
  expect(isOperator(request('127.0.0.1', { [header]: '' }), undefined)).toBe(false)
})

test.each([
  ['of another site', { 'sec-fetch-site': 'cross-site' }, false],
  ['of another service on this machine', { 'sec-fetch-site': 'same-site' }, false],
  ['of another origin', { origin: 'https://other.example' }, false],
  ['that somebody typed', { 'sec-fetch-site': 'none' }, true],
] as const)('without a token in the settings, a browser with a request %s', (_, headers, expected) => {
  expect(isOperator(request('127.0.0.1', headers), undefined)).toBe(expected)
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
