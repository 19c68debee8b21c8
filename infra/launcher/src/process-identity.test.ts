import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { identify, isAlive } from './process-identity.ts'

const sleep = '/bin/sleep'

test('identifies a process, and no other', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const [own, other] = [await identify(process.pid), await identify(child.pid ?? 0)]
  if (own === undefined || other === undefined) throw new Error('not identified')
  expect(await isAlive(own)).toBe(true)
  expect(await isAlive(other)).toBe(true)
  expect(await isAlive({ pid: own.pid, started: other.started })).toBe(false)
  child.kill()
  await once(child, 'exit')
  expect(await isAlive(other)).toBe(false)
})

test('takes a zombie for an ended process', async () => {
  const parent = spawn('sh', ['-c', `${sleep} 1 & echo $!; exec ${sleep} 60`])
  const [text] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(text.toString())
  await until(async () => (await identify(pid)) === undefined, 'its end')
  expect(process.kill(pid, 0)).toBe(true)
  parent.kill()
})

test.runIf(existsSync('/proc/self/stat'))(
  'reads /proc/PID/stat of a process whose name has parentheses and blanks',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'identity-'))
    const command = join(dir, 'x) Z 1 (y')
    await copyFile(sleep, command)
    const child = spawn(command, ['60'], { stdio: 'ignore' })
    await once(child, 'spawn')
    expect(await identify(child.pid ?? 0)).toBeDefined()
    child.kill()
    await rm(dir, { recursive: true })
  },
)
