import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEnvFile } from './env-file.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'env-file-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function read(content: Buffer): Promise<NodeJS.Dict<string>> {
  const file = join(dir, '.env')
  await writeFile(file, content)
  return readEnvFile(file)
}

const text = '# a comment\r\nWEB_PORT=4000\r\nDATA_DIR="/data/Größe, 数"\r\n'
const settings = { WEB_PORT: '4000', DATA_DIR: '/data/Größe, 数' }

test.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
  ['UTF-16 with its low byte first', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16 with its high byte first', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
])('reads %s', async (_name, content) => {
  expect(await read(content)).toEqual(settings)
})

test.each([
  ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
  ['Latin-1', Buffer.from('DATA_DIR=/data/Größe', 'latin1')],
])('refuses %s', async (_name, content) => {
  await expect(read(content)).rejects.toThrow('save it as text in UTF-8')
})

test('reads no settings without a file', () => {
  expect(readEnvFile(join(dir, 'absent'))).toEqual({})
})

test('refuses a folder', () => {
  expect(() => readEnvFile(dir)).toThrow('cannot be read')
})
