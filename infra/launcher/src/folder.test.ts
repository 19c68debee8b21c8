import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './folder.ts'
import { RunRecord } from './run-record.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'folder-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('makes a folder and its parents, also if some exist', async () => {
  const path = join(dir, 'a', 'Größe, 数', 'c')
  await makeFolder(path)
  await makeFolder(path)
  expect((await stat(path)).isDirectory()).toBe(true)
})

test.runIf(process.platform === 'linux')('fails below a folder that accepts no folders', async () => {
  await expect(makeFolder('/proc/chat-battle/data')).rejects.toThrow('ENOENT')
})

test('reports a data folder that cannot be made with what to do', async () => {
  await writeFile(join(dir, 'file'), '')
  const path = join(dir, 'file', 'data')
  await expect(new RunRecord(path).claim(() => undefined)).rejects.toThrow(
    `DATA_DIR=${path} cannot be used (ENOTDIR`,
  )
})
