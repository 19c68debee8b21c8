import { createServer, type RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fetchBounded, FetchFailed, jsonOf } from './fetch-bounded.ts'
import { freePort } from './free-port.ts'
import { listen } from './listen.ts'

const bounds = { withinMs: 60_000, maxBytes: 1000 }

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  const port = await listen(server, 0, '127.0.0.1')
  return {
    url: `http://127.0.0.1:${port}/secret`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('gives status, headers and body of any answer', async () => {
  await using server = await serve((request, response) =>
    response.writeHead(429, { 'x-given': request.headers.authorization }).end('{"a":1}'),
  )
  const answer = await fetchBounded(server.url, { headers: { authorization: 'me' } }, bounds)
  expect(answer.status).toBe(429)
  expect(answer.headers.get('x-given')).toBe('me')
  expect(jsonOf(answer)).toEqual({ a: 1 })
})

test('takes no JSON for undefined', () => {
  expect(jsonOf({ body: Buffer.from('<html>') })).toBeUndefined()
})

test('follows no redirect', async () => {
  const paths: (string | undefined)[] = []
  await using server = await serve((request, response) => {
    paths.push(request.url)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect((await fetchBounded(server.url, {}, bounds)).status).toBe(302)
  expect(paths).toEqual(['/secret'])
})

test('accepts a body of exactly the greatest size', async () => {
  await using server = await serve((_, response) => response.end('x'.repeat(1000)))
  expect((await fetchBounded(server.url, {}, bounds)).body).toHaveLength(1000)
})

test.each<[string, RequestListener]>([
  ['that is announced', (_, response) => response.end('x'.repeat(1001))],
  ['that has no end', (_, response) => setInterval(() => response.write('x'.repeat(100)), 1).unref()],
  [
    'that is compressed',
    (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000))),
  ],
])('ends a body beyond the greatest size %s', async (_, listener) => {
  await using server = await serve(listener)
  await expect(fetchBounded(server.url, {}, bounds)).rejects.toThrow('the answer has more than 1000 bytes')
})

test.each<[string, RequestListener]>([
  ['answers nothing', () => undefined],
  ['never ends its answer', (_, response) => void response.write('x')],
])('gives up a server that %s', async (_, listener) => {
  await using server = await serve(listener)
  const failed = fetchBounded(server.url, {}, { ...bounds, withinMs: 50 })
  await expect(failed).rejects.toThrow(new FetchFailed('TimeoutError'))
})

test('ends a request early', async () => {
  await using server = await serve(() => undefined)
  const ended = AbortSignal.abort()
  await expect(fetchBounded(server.url, {}, { ...bounds, signal: ended })).rejects.toThrow('AbortError')
})

test('names the reason and nothing of the request', async () => {
  const url = `http://127.0.0.1:${await freePort()}/secret`
  const error = await fetchBounded(url, {}, bounds).catch((error: unknown) => error)
  expect(error).toEqual(new FetchFailed('ECONNREFUSED'))
  expect((error as Error).cause).toBeUndefined()
})
