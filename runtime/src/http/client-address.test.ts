import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { addressKey, clientAddress, trustIn } from './client-address.ts'

function request(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const headers: IncomingHttpHeaders = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
  return { socket: { remoteAddress }, headers } as IncomingMessage
}

test.each([
  ['a peer that is no proxy', '192.168.1.5', '203.0.113.9', '192.168.1.5'],
  ['a proxy that names no client', '127.0.0.1', undefined, '127.0.0.1'],
  ['a proxy', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a proxy on a socket of both families', '::ffff:127.0.0.1', '203.0.113.9', '203.0.113.9'],
  [
    'a client that claims another address to a proxy',
    '127.0.0.1',
    '198.51.100.1, 203.0.113.9',
    '203.0.113.9',
  ],
  ['a client of a private network that does', '127.0.0.1', '198.51.100.1, 10.0.0.5', '10.0.0.5'],
  ['a proxy that writes the port, too', '127.0.0.1', '203.0.113.9:51234', '203.0.113.9'],
  ['a proxy that writes the port of IPv6', '127.0.0.1', '[2001:db8::1]:51234', '2001:db8::1'],
  ['a proxy that writes what is no address', '127.0.0.1', 'unknown', '127.0.0.1'],
])('finds the address of %s', (_, peer, forwardedFor, expected) => {
  expect(clientAddress(request(peer, forwardedFor), trustIn(['loopback']))).toBe(expected)
})

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::ffff:cb00:7109', '203.0.113.9'],
  ['0:0:0:0:0:ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:0:0:0:0', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['203.0.113.9:51234', '203.0.113.9'],
  ['203.0.113.9:51235', '203.0.113.9'],
  ['no address', 'unknown'],
  ['', 'unknown'],
])('limits %s by the key %s', (address, expected) => {
  expect(addressKey(address)).toBe(expected)
})
