import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { createLogger } from '../process/logger.ts'
import { trustIn } from './client-address.ts'
import { ProxyNotice } from './proxy-notice.ts'

/** A notice that trusts this machine, and what it has logged. */
function startNotice() {
  const lines: string[] = []
  const logger = createLogger('test', 'warn', { destination: { write: (line) => void lines.push(line) } })
  const notice = new ProxyNotice('SOME_PROXIES', trustIn(['loopback']), logger)
  const check = (remoteAddress: string, headers: IncomingHttpHeaders) =>
    notice.check({ socket: { remoteAddress }, headers } as IncomingMessage)
  return { lines, check }
}

const forwarded = { 'x-forwarded-for': '203.0.113.9' }
const https = { origin: 'https://chat.example' }

test('names each proxy that must be trusted once', () => {
  const { lines, check } = startNotice()
  for (const peer of ['10.0.0.2', '::ffff:10.0.0.2', '10.0.0.3', '10.0.0.2']) check(peer, forwarded)
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain('set SOME_PROXIES=10.0.0.2:')
  expect(lines[1]).toContain('set SOME_PROXIES=10.0.0.3:')
})

test('requires a proxy that ends HTTPS to forward addresses and to be trusted', () => {
  const { lines, check } = startNotice()
  check('127.0.0.1', https)
  check('10.0.0.2', https)
  expect(lines[0]).toContain('send X-Forwarded-For')
  expect(lines[0]).not.toContain('SOME_PROXIES')
  expect(lines[1]).toContain('send X-Forwarded-For')
  expect(lines[1]).toContain('set SOME_PROXIES=10.0.0.2:')
})

test.each([
  ['a trusted proxy that forwards addresses', '127.0.0.1', { ...forwarded, ...https }],
  ['a client without a proxy', '10.0.0.2', { origin: 'http://chat.example' }],
  ['a client that is no browser', '10.0.0.2', {}],
  ['a page of another site', '10.0.0.2', { ...https, 'sec-fetch-site': 'cross-site' }],
])('logs nothing for %s', (_, peer, headers) => {
  const { lines, check } = startNotice()
  check(peer, headers)
  expect(lines).toEqual([])
})

test('limits how often clients with many addresses are logged', () => {
  const { lines, check } = startNotice()
  for (let index = 0; index < 1000; index++) check(`10.1.${index >> 8}.${index & 255}`, forwarded)
  expect(lines).toHaveLength(20)
})
