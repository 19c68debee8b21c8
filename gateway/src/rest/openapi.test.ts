import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Route } from '@chat-battle/contracts/rest/route'
import { describeRoutes } from './openapi.ts'
import { endpoints } from './routes/index.ts'

const definitions = '../../../contracts/src/rest/routes'

test('every route definition has an endpoint', async () => {
  const files = globSync('*.ts', { cwd: new URL(definitions, import.meta.url).pathname })
  const exported = await Promise.all(
    files.map(async (file) => Object.values((await import(`${definitions}/${file}`)) as object) as unknown[]),
  )
  const isRoute = (value: unknown): value is Route =>
    typeof value === 'object' && value !== null && 'method' in value && 'path' in value
  const defined = exported.flat().filter(isRoute)
  expect(defined.length).toBeGreaterThan(7)
  expect(endpoints.map(({ route }) => route.id).sort()).toEqual(defined.map(({ id }) => id).sort())
})

const { paths, components } = describeRoutes(endpoints.map(({ route }) => route))

test('the document describes every endpoint by its path and method', () => {
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(described.sort()).toEqual(endpoints.map(({ route }) => `${route.method} ${route.path}`).sort())
})

test('every reference in the document leads to a component', () => {
  const text = JSON.stringify(paths)
  const references = [...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)]
  expect(references.length).toBeGreaterThan(20)
  for (const [, group = '', name = ''] of references) expect(components[group]).toHaveProperty(name)
})

test('a parameter carries the bounds of its schema', () => {
  expect(paths['/api/channels']).toMatchObject({
    get: {
      parameters: expect.arrayContaining([
        expect.objectContaining({
          name: 'limit',
          in: 'query',
          required: false,
          schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
        }),
      ]) as unknown,
    },
  })
})

test('a route for operators needs their token', () => {
  expect(paths['/operator/dead-letters']).toMatchObject({ get: { security: [{ operator: [] }] } })
})
