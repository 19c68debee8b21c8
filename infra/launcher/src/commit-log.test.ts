import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { removeEmptySegments } from './commit-log.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'commit-log-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('removes segments without a descriptor, and nothing else', async () => {
  await writeFile(join(dir, 'CommitLog-7-1.log'), Buffer.from([0, 0, 0, 7, 1]))
  await writeFile(join(dir, 'CommitLog-7-2.log'), Buffer.alloc(4096))
  await writeFile(join(dir, 'CommitLog-7-3.log'), '')
  await writeFile(join(dir, 'CommitLog-7-2_cdc.idx'), '')
  await removeEmptySegments(dir)
  expect((await readdir(dir)).sort()).toEqual(['CommitLog-7-1.log', 'CommitLog-7-2_cdc.idx'])
})

test('accepts a folder that does not exist yet', async () => {
  await removeEmptySegments(join(dir, 'absent'))
})
