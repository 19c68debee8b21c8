import { expect, test } from 'vitest'
import { createRegistry, livenessPath, serveMetrics } from './metrics.ts'

const operatorToken = 'a-token-of-length'
const operator = { authorization: `Bearer ${operatorToken}` }

test('requires the operator token for metrics, and no token for liveness and health', async () => {
  await using server = await serveMetrics(createRegistry(), {
    host: '127.0.0.1',
    port: 0,
    operatorToken,
    isHealthy: () => false,
  })
  const get = (path: string, headers = {}) => fetch(`http://127.0.0.1:${server.port}${path}`, { headers })
  const refused = await get('/metrics')
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Bearer')
  expect(await refused.json()).toMatchObject({ error: { kind: 'unauthorized' } })
  expect((await get('/metrics', { authorization: 'Bearer another' })).status).toBe(401)
  const answered = await get('/metrics', operator)
  expect(answered.status).toBe(200)
  expect(await answered.text()).toContain('process_resident_memory_bytes')
  expect((await get(livenessPath)).status).toBe(200)
  expect((await get('/health')).status).toBe(503)
})
