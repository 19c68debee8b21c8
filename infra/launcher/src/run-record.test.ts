import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { identify, isAlive, type Identity } from './process-identity.ts'
import { RunRecord } from './run-record.ts'

let dir: string
let said: string[]
const log = (line: string) => said.push(line)
const started: number[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'run-record-'))
  said = []
})
afterEach(async () => {
  for (const pid of started.splice(0)) if (await identify(pid)) process.kill(pid, 'SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

async function startIdle(): Promise<ChildProcess> {
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(idle, 'spawn')
  started.push(idle.pid ?? 0)
  return idle
}

/** Another launcher, in another time zone; resolves when it has the folder and a server on it, or was refused. */
async function launch(): Promise<{ launcher: ChildProcess; said: string; server: Identity | undefined }> {
  const fixture = fileURLToPath(new URL('claim.fixture.ts', import.meta.url))
  const launcher = spawn(process.execPath, [fixture, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TZ: 'Asia/Tokyo' },
  })
  let output = ''
  launcher.stdout?.on('data', (text: Buffer) => (output += text.toString()))
  const ended = once(launcher, 'close')
  await Promise.race([ended, until(() => output.includes('claimed, with'), 'the other launcher')])
  const pid = Number(/with server ([0-9]+)/.exec(output)?.[1])
  started.push(launcher.pid ?? 0, ...(Number.isNaN(pid) ? [] : [pid]))
  return { launcher, said: output, server: Number.isNaN(pid) ? undefined : await identify(pid) }
}

async function kill(launcher: ChildProcess): Promise<void> {
  const ended = once(launcher, 'exit')
  launcher.kill('SIGKILL')
  await ended
}

test('refuses a second launcher on the same data, in any time zone, and leaves the first alone', async () => {
  const record = new RunRecord(dir)
  await record.claim(log)
  const server = await startIdle()
  await record.add('kafka', server.pid ?? 0)
  const second = await launch()
  expect(second.said).toContain(
    `process ${process.pid} already runs on this data: stop it, or set DATA_DIR and the ports to others`,
  )
  expect(await identify(server.pid ?? 0)).toBeDefined()
  await record.release()
})

test('refuses a launcher when the record of the first is lost', async () => {
  const record = new RunRecord(dir)
  await record.claim(log)
  await rm(join(dir, 'run', 'launcher.json'))
  await expect(new RunRecord(dir).claim(log)).rejects.toThrow('another process already runs on this data')
  await record.release()
})

test('refuses a launcher when the lock file of the first is deleted', async () => {
  const { launcher } = await launch()
  await rm(join(dir, 'run', 'lock'))
  await expect(new RunRecord(dir).claim(log)).rejects.toThrow(`process ${launcher.pid} already runs`)
  await kill(launcher)
  const record = new RunRecord(dir)
  await record.claim(log)
  await record.release()
})

test('ends the processes that a killed launcher left', async () => {
  const { launcher, server } = await launch()
  if (server === undefined) throw new Error('no server')
  await kill(launcher)
  expect(await isAlive(server)).toBe(true)
  const record = new RunRecord(dir)
  await record.claim(log)
  expect(await isAlive(server)).toBe(false)
  expect(said).toEqual([`ending server (process ${server.pid}), left over from an earlier run`])
  expect((await readdir(join(dir, 'run'))).sort()).toEqual(['launcher.json', 'lock'])
  await record.release()
})

test('a server without a record holds the folder after the end of its launcher', async () => {
  const { launcher, server } = await launch()
  if (server === undefined) throw new Error('no server')
  await kill(launcher)
  await writeFile(join(dir, 'run', 'server.json'), '')
  await expect(new RunRecord(dir).claim(log)).rejects.toThrow('another process already runs on this data')
  process.kill(server.pid, 'SIGKILL')
  const record = new RunRecord(dir)
  await until(
    () =>
      record.claim(log).then(
        () => true,
        () => false,
      ),
    'the folder is free',
  )
  await record.release()
})

test('leaves a process alone that has the pid of an ended one', async () => {
  const other = await startIdle()
  const record = new RunRecord(dir)
  await record.claim(log)
  await record.release()
  await writeFile(join(dir, 'run', 'kafka.json'), JSON.stringify({ pid: other.pid, started: 'earlier' }))
  await record.claim(log)
  expect(said).toEqual([])
  expect(await identify(other.pid ?? 0)).toBeDefined()
  await record.release()
})

test('frees the folder on release, also for the same process', async () => {
  const record = new RunRecord(dir)
  await record.claim(log)
  await expect(new RunRecord(dir).claim(log)).rejects.toThrow('already runs')
  await record.release()
  const next = new RunRecord(dir)
  await next.claim(log)
  await next.release()
})

test('writes a record later if it could not be written at once', async () => {
  const record = new RunRecord(dir)
  await record.claim(log)
  const idle = await startIdle()
  // A folder in the way of the file, as a full disk is.
  await mkdir(join(dir, 'run', 'kafka.json.new'))
  await record.add('kafka', idle.pid ?? 0)
  await rm(join(dir, 'run', 'kafka.json.new'), { recursive: true })
  const written = await until(
    () => readFile(join(dir, 'run', 'kafka.json'), 'utf8').catch(() => undefined),
    'the record',
  )
  expect(JSON.parse(written)).toEqual(await identify(idle.pid ?? 0))
  await record.release()
})

test('does not write a record that was removed meanwhile', async () => {
  const record = new RunRecord(dir)
  await record.claim(log)
  const idle = await startIdle()
  for (const name of ['gone', 'kept']) {
    await mkdir(join(dir, 'run', `${name}.json.new`))
    await record.add(name, idle.pid ?? 0)
  }
  await record.remove('gone')
  for (const name of ['gone', 'kept']) await rm(join(dir, 'run', `${name}.json.new`), { recursive: true })
  const names = await until(async () => {
    const files = await readdir(join(dir, 'run'))
    return files.includes('kept.json') ? files : undefined
  }, 'the record')
  expect(names).not.toContain('gone.json')
  await record.release()
})

test('kills a process of an earlier run that ignores SIGTERM', async () => {
  const script = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)'
  const stubborn = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(stubborn.stdout, 'data')
  started.push(stubborn.pid ?? 0)
  const record = new RunRecord(dir)
  await record.claim(log)
  await record.release()
  await writeFile(join(dir, 'run', 'kafka.json'), JSON.stringify(await identify(stubborn.pid ?? 0)))
  const ended = once(stubborn, 'exit')
  await record.claim(log)
  expect(await ended).toEqual([null, 'SIGKILL'])
  await record.release()
}, 20_000)
