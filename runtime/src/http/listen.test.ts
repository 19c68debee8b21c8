import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { listen, reachable } from './listen.ts'

const host = '127.0.0.1'

test.each([
  { first: false, second: false },
  { first: true, second: false },
  { first: false, second: true },
])('refuses a port in use unless both servers share it: $first, $second', async ({ first, second }) => {
  const server = createServer()
  const port = await listen(server, 0, host, { isShared: first })
  await expect(listen(createServer(), port, host, { isShared: second })).rejects.toThrow('EADDRINUSE')
  server.close()
})

test.runIf(process.platform === 'linux')('lets two servers listen on one port that both share', async () => {
  const servers = [createServer(), createServer()] as const
  const port = await listen(servers[0], 0, host, { isShared: true })
  expect(await listen(servers[1], port, host, { isShared: true })).toBe(port)
  for (const server of servers) server.close()
})

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
  ['::1', '[::1]'],
  ['192.0.2.1', '192.0.2.1'],
  ['my-host.example', 'my-host.example'],
])('reaches a server on %s by %s', (address, url) => {
  expect(reachable(address)).toBe(url)
})
