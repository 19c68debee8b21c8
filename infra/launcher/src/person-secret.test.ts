import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localPersonSecret } from './person-secret.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'person-secret-'))
})
afterEach(() => rm(dir, { recursive: true }))

test('creates a secret once, readable by its owner only', async () => {
  const secret = await localPersonSecret(dir, undefined)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect(await localPersonSecret(dir, '')).toBe(secret)
  const path = join(dir, 'person-hash-secret')
  expect(await readFile(path, 'utf8')).toBe(`${secret}\n`)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('replaces an empty file, which a full disk may leave', async () => {
  await writeFile(join(dir, 'person-hash-secret'), '')
  expect(await localPersonSecret(dir, undefined)).toMatch(/^[0-9a-f]{64}$/)
})

test('prefers the secret of the environment', async () => {
  expect(await localPersonSecret(dir, 'x'.repeat(40))).toBe('x'.repeat(40))
  await expect(readFile(join(dir, 'person-hash-secret'))).rejects.toThrow('ENOENT')
})
