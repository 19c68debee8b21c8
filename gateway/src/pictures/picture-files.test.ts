import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { PictureFiles } from './picture-files.ts'

const pause = 60_000
const rescan = 10 * 60_000
const blockBytes = 4096

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'pictures-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const clock = { nowMs: Date.now() }
  const lines: string[] = []
  const logger = createLogger('test', 'warn', { destination: { write: (line) => void lines.push(line) } })
  const open = (maxBytes = 100 * blockBytes, path = folder) =>
    new PictureFiles(path, maxBytes, logger, () => clock.nowMs)
  return { folder, clock, lines, open }
}

const picture = (text: string, fetchedAtMs = 1234.5) => ({ bytes: Buffer.from(text), fetchedAtMs })

test('keeps pictures over a restart', async () => {
  const { open } = await openFolder()
  await open().write('a', picture('bytes'))
  expect(await open().read('a')).toEqual(picture('bytes'))
  expect(await open().read('b')).toBeUndefined()
})

test('writes nothing before the first picture, and makes its folder then', async () => {
  const { folder, open } = await openFolder()
  const path = join(folder, 'deep', 'er')
  const files = open(undefined, path)
  expect(await files.read('a')).toBeUndefined()
  await expect(readdir(path)).rejects.toThrow('ENOENT')
  await files.write('a', picture('bytes'))
  expect(await readdir(path)).toHaveLength(1)
})

test('takes no path from a key', async () => {
  const { folder, open } = await openFolder()
  await open().write('../../etc/passwd\0', picture('bytes'))
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
})

test.each([
  ['shorter', (content: Buffer) => content.subarray(0, -1)],
  ['empty', () => Buffer.alloc(0)],
  ['longer', (content: Buffer) => Buffer.concat([content, Buffer.from('x')])],
  ['of another time', (content: Buffer) => content.fill(0, 36, 44)],
  ['of something else', () => Buffer.from('x'.repeat(200))],
])('deletes a file that is %s than it was written', async (_, spoil) => {
  const { folder, open } = await openFolder()
  const files = open()
  await files.write('a', picture('bytes'))
  const [name = ''] = await readdir(folder)
  await writeFile(join(folder, name), spoil(await readFile(join(folder, name))))
  expect(await files.read('a')).toBeUndefined()
  expect(await readdir(folder)).toEqual([])
  expect(files.bytes).toBe(0)
})

test('deletes the pictures that were used the longest ago when there are too many', async () => {
  const { folder, open } = await openFolder()
  const files = open(2 * blockBytes)
  await files.write('a', picture('a'))
  await files.write('b', picture('b'))
  await files.read('a')
  await files.write('c', picture('c'))
  expect(files.bytes).toBe(2 * blockBytes)
  expect(await readdir(folder)).toHaveLength(2)
  expect(await files.read('b')).toBeUndefined()
  expect(await files.read('a')).toEqual(picture('a'))
})

test('counts a file by the blocks that it takes', async () => {
  const { open } = await openFolder()
  const files = open()
  await files.write('a', picture('x'.repeat(blockBytes)))
  expect(files.bytes).toBe(2 * blockBytes)
  await files.write('a', picture('x'))
  expect(files.bytes).toBe(blockBytes)
  await files.delete('a')
  expect(files.bytes).toBe(0)
})

test('knows after a restart which pictures were used the longest ago', async () => {
  const { clock, open } = await openFolder()
  const files = open()
  for (const key of ['a', 'b', 'c']) {
    clock.nowMs += 2 * 3_600_000
    await files.write(key, picture(key))
    await files.read(key)
  }
  clock.nowMs += 2 * 3_600_000
  await files.read('a')
  const next = open(3 * blockBytes)
  await next.write('d', picture('d'))
  expect(await next.read('b')).toBeUndefined()
  expect(await next.read('a')).toEqual(picture('a'))
})

test('leaves files of others alone, and removes its own leftovers once they are old', async () => {
  const { folder, clock, open } = await openFolder()
  const leftover = `${'a'.repeat(64)}.00000000-0000-0000-0000-000000000000.tmp`
  for (const name of ['notes.txt', leftover]) await writeFile(join(folder, name), 'x')
  await open(blockBytes).write('a', picture('a'))
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['notes.txt', leftover]))
  const oldS = (clock.nowMs - rescan - 1000) / 1000
  await utimes(join(folder, leftover), oldS, oldS)
  await open(blockBytes).write('b', picture('b'))
  expect(await readdir(folder)).toHaveLength(2)
  expect(await readdir(folder)).toContain('notes.txt')
})

test('counts pictures that another gateway wrote into the folder', async () => {
  const { folder, clock, open } = await openFolder()
  const files = open(2 * blockBytes)
  await files.write('a', picture('a'))
  const other = open()
  for (const key of ['b', 'c', 'd']) await other.write(key, picture(key))
  clock.nowMs += rescan
  await files.write('e', picture('e'))
  expect(await readdir(folder)).toHaveLength(2)
  expect(await files.read('e')).toEqual(picture('e'))
})

test('goes on without files where none can be written, and tries again after a pause', async () => {
  const { folder, clock, lines, open } = await openFolder()
  const path = join(folder, 'taken')
  await writeFile(path, 'not a folder')
  const files = open(undefined, path)
  await files.write('a', picture('a'))
  await files.write('a', picture('a'))
  expect(await files.read('a')).toBeUndefined()
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('EMOTE_CACHE_DIR')
  await rm(path)
  await mkdir(path)
  clock.nowMs += pause
  await files.write('a', picture('a'))
  expect(await files.read('a')).toEqual(picture('a'))
})
