import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localSecret } from './local-secret.ts'

const name = 'person-hash-secret'
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'local-secret-'))
})
afterEach(() => rm(dir, { recursive: true }))

test('creates a secret once, readable by its owner only', async () => {
  const secret = await localSecret(dir, name, undefined)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect(await localSecret(dir, name, '')).toBe(secret)
  const path = join(dir, name)
  expect(await readFile(path, 'utf8')).toBe(`${secret}\n`)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('keeps secrets apart', async () => {
  expect(await localSecret(dir, 'operator-token', undefined)).not.toBe(
    await localSecret(dir, name, undefined),
  )
})

test('replaces an empty file, which a full disk may leave', async () => {
  await writeFile(join(dir, name), '')
  expect(await localSecret(dir, name, undefined)).toMatch(/^[0-9a-f]{64}$/)
})

test('prefers the secret of the environment', async () => {
  expect(await localSecret(dir, name, 'x'.repeat(40))).toBe('x'.repeat(40))
  await expect(readFile(join(dir, name))).rejects.toThrow('ENOENT')
})
