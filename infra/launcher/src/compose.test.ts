import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { mayBeOff } from '@chat-battle/runtime/process/settings'
import { root } from './root.ts'
import { settingsByReader } from './settings.ts'

interface Container {
  image: string
  build?: object
  networks?: string[]
  environment?: Record<string, string>
  mem_limit?: string
  pids_limit?: number
  logging?: { options?: Record<string, string> }
}

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Container>
}
const names = Object.keys(services)

/** The containers that a container can reach, by name. */
function reachedBy(name: string): string[] {
  const own = services[name]?.networks ?? []
  return names.filter(
    (other) => other !== name && services[other]?.networks?.some((each) => own.includes(each)),
  )
}

test('web reaches the gateway only', () => {
  expect(reachedBy('web')).toEqual(['gateway'])
})

test('only the provisioner, the processor and the gateway reach Cassandra', () => {
  expect(reachedBy('cassandra')).toEqual(['provisioner', 'processor', 'gateway'])
})

test('every container is in a declared network, not in the default network of all', () => {
  const declared = Object.keys((parse(read('docker-compose.yml')) as { networks: object }).networks)
  for (const name of names) {
    expect(services[name]?.networks, name).not.toHaveLength(0)
    expect(declared, name).toEqual(expect.arrayContaining(services[name]?.networks ?? ['none']))
  }
})

test.each(names)('%s has bounds of memory, processes and logs', (name) => {
  expect(services[name]).toMatchObject({
    mem_limit: expect.stringMatching(/^[0-9]+[mg]$/) as string,
    pids_limit: expect.any(Number) as number,
    logging: { options: { 'max-size': '10m', 'max-file': '3' } },
  })
})

test('base images are pinned to a whole version', () => {
  const images = [
    ...Object.values(services).flatMap(({ image, build }) => (build === undefined ? [image] : [])),
    ...[...read('Dockerfile').matchAll(/^FROM (\S+:\S+)/gm)].map(([, image]) => image),
  ]
  expect(images.length).toBeGreaterThan(3)
  for (const image of images) expect(image).toMatch(/:[0-9]+\.[0-9]+\.[0-9]+(-slim)?$/)
})

/** Fixed in the containers: the images set HOST, and ports, addresses and replicas are those of Compose. */
const fixedInContainers = new Set([
  'HOST',
  'SHARE_PORTS',
  'GATEWAY_PORT',
  'INGEST_METRICS_PORT',
  'PROCESSOR_METRICS_PORT',
])
/** Set to a value of Compose's own. */
const setByCompose = new Set(['WEB_PORT', 'GATEWAY_URL'])
const { 'local start': _, ...ofServices } = settingsByReader
const readers = Object.entries<object>(ofServices)

test.each(readers)('%s receives each setting that it reads, and no other', (name, shape) => {
  const settings = Object.keys(shape).filter((setting) => !fixedInContainers.has(setting))
  expect(Object.keys(services[name]?.environment ?? {}).sort()).toEqual(settings.sort())
})

test.each(readers)('%s receives the value of .env for each setting', (name, shape) => {
  for (const [setting, value] of Object.entries(services[name]?.environment ?? {})) {
    const schema = (shape as z.ZodRawShape)[setting]
    if (mayBeOff(schema))
      expect(value).toBe(`\${${setting}-${String(z.parse(schema as z.ZodType, undefined))}}`)
    else if (!setByCompose.has(setting))
      expect(value, setting).toMatch(new RegExp(`^\\$\\{${setting}:[-+].*\\}$`))
  }
})
