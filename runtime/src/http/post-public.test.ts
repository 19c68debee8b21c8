import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { AddressRefused, checkPublicUrl, postPublic } from './post-public.ts'

async function receiver(answer: RequestListener) {
  const received: { path: string; body: string; type: string | undefined }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push({ path: request.url ?? '', body, type: request.headers['content-type'] })
      answer(request, response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}
const bounds = { withinMs: 2000, maxBytes: 1000, privateHosts: [] }

test.each([
  ['no URL', 'hello'],
  ['http', 'http://discord.com/api/webhooks/1/x'],
  ['another scheme', 'ftp://discord.com/x'],
  ['a file', 'file:///etc/passwd'],
  ['a user name', 'https://ann@discord.com/x'],
  ['loopback', 'https://127.0.0.1/x'],
  ['loopback in another form', 'https://2130706433/x'],
  ['loopback in IPv6', 'https://[::1]/x'],
  ['loopback in IPv6 of IPv4', 'https://[::ffff:127.0.0.1]/x'],
  ['a private network', 'https://10.1.2.3/x'],
  ['the metadata of a cloud', 'https://169.254.169.254/latest'],
  ['a carrier’s network', 'https://100.64.0.1/x'],
  ['a local IPv6 network', 'https://[fd00::1]/x'],
])('refuses %s', (_, url) => {
  expect(() => checkPublicUrl(url, [])).toThrow(AddressRefused)
})

test('accepts https at a public name or address', () => {
  expect(checkPublicUrl('https://discord.com/api/webhooks/1/x', []).host).toBe('discord.com')
  expect(checkPublicUrl('https://1.1.1.1/x', []).host).toBe('1.1.1.1')
})

test.each([
  ['a private one', ['10.0.0.1']],
  ['a public and a private one', ['1.1.1.1', '127.0.0.1']],
  ['none', []],
])('sends nothing to a name whose address is %s', async (_, addresses) => {
  const addressesOf = () => Promise.resolve(addresses.map((address) => ({ address, family: 4 })))
  const sent = postPublic('https://harmless.example/x', {}, { ...bounds, addressesOf })
  await expect(sent).rejects.toThrow(AddressRefused)
})

test('posts JSON to a host of its own network that the settings name, and to no other port of it', async () => {
  const { host, received } = await receiver((_, response) => response.writeHead(204).end())
  const answer = await postPublic(
    `http://${host}/hook?x=1`,
    { content: 'é' },
    { ...bounds, privateHosts: [host] },
  )
  expect(answer.status).toBe(204)
  expect(received).toEqual([{ path: '/hook?x=1', body: '{"content":"é"}', type: 'application/json' }])
  const other = { ...bounds, privateHosts: ['127.0.0.1:1'] }
  await expect(postPublic(`http://${host}/hook`, {}, other)).rejects.toThrow('only https')
})

test('connects to the address that was checked, whatever the name is', async () => {
  const { host, received } = await receiver((_, response) => response.writeHead(200).end())
  const port = host.split(':')[1] ?? ''
  let lookups = 0
  const addressesOf = () => {
    lookups++
    return Promise.resolve([{ address: '127.0.0.1', family: 4 }])
  }
  const options = { ...bounds, privateHosts: [`inside.example:${port}`], addressesOf }
  await postPublic(`http://inside.example:${port}/x`, {}, options)
  expect([received.length, lookups]).toEqual([1, 1])
})

test('follows no redirect', async () => {
  const inside = await receiver((_, response) => response.writeHead(200).end())
  const { host } = await receiver((_, response) =>
    response.writeHead(302, { location: `http://${inside.host}/` }).end(),
  )
  const answer = await postPublic(`http://${host}/`, {}, { ...bounds, privateHosts: [host, inside.host] })
  expect([answer.status, inside.received.length]).toEqual([302, 0])
})

test('ends when no answer comes in time', async () => {
  const { host } = await receiver(() => undefined)
  const sent = postPublic(`http://${host}/`, {}, { ...bounds, withinMs: 50, privateHosts: [host] })
  await expect(sent).rejects.toThrow()
  const hanging = { ...bounds, withinMs: 50, addressesOf: () => new Promise<never>(() => undefined) }
  await expect(postPublic('https://slow.example/', {}, hanging)).rejects.toThrow()
})
