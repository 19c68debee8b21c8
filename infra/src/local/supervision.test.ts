import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../testing.ts'
import { checkPorts, checkTools } from './prerequisites.ts'
import { RunRecord } from './run-record.ts'
import { Supervisor } from './supervisor.ts'

let dir: string
let said: string[]
const say = (line: string) => said.push(line)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'supervision-'))
  said = []
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function supervise(script: string): Promise<Supervisor> {
  const record = new RunRecord(dir)
  await record.claim(say)
  return new Supervisor(
    'worker',
    { command: process.execPath, args: ['-e', script] },
    { record, logDir: dir, say, firstBackoffMs: 1 },
  )
}

test('a process that dies is started again, with a line that says so, and its output is kept', async () => {
  const worker = await supervise('console.log("up"); setInterval(() => {}, 1000)')
  await worker.start()
  const first = worker.pid ?? 0
  await until(async () => (await readFile(worker.logFile, 'utf8')).includes('up'), 'its output')
  process.kill(first, 'SIGKILL')
  const second = await until(() => worker.pid !== first && worker.pid, 'a new process')
  expect(second).not.toBe(first)
  expect(said).toContainEqual(expect.stringContaining('worker ended (SIGKILL); starting it again'))
  await worker.stop(2000)
  expect(worker.pid).toBeUndefined()
  expect(worker.deaths).toBe(1)
})

test('back-off grows while it goes on dying', async () => {
  const worker = await supervise('process.exit(3)')
  await worker.start()
  await until(() => said.length >= 4, 'four deaths')
  await worker.stop(1000)
  const waits = said.map((line) => Number(/again in ([0-9.]+) s/.exec(line)?.[1]))
  expect(waits.slice(0, 4)).toEqual([0.001, 0.002, 0.004, 0.008])
})

test('what does not end politely is ended by force', async () => {
  const worker = await supervise(
    'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)',
  )
  await worker.start()
  await until(async () => (await readFile(worker.logFile, 'utf8')).includes('up'), 'its output')
  await worker.stop(50)
  expect(worker.pid).toBeUndefined()
  expect(said).toContainEqual(expect.stringContaining('killing it'))
})

test('what a launcher that was killed left behind is ended by the next one', async () => {
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
    detached: true,
  })
  await once(left, 'spawn')
  const before = new RunRecord(dir)
  await before.claim(say)
  await before.add('kafka', left.pid ?? 0)
  await before.release()
  const ended = once(left, 'exit')
  await new RunRecord(dir).claim(say)
  await ended
  expect(said).toEqual([expect.stringContaining(`ending kafka (process ${left.pid})`)])
  expect(await readdir(join(dir, 'run'))).toEqual(['launcher.json'])
})

test('a second launcher on the same data is refused while the first lives', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(other, 'spawn')
  const record = new RunRecord(dir)
  await record.claim(say)
  await record.add('launcher', other.pid ?? 0)
  await expect(new RunRecord(dir).claim(say)).rejects.toThrow('set DATA_DIR and the ports to others')
  other.kill()
})

test('a port in use is named with its setting', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await expect(checkPorts({ WEB_PORT: port })).rejects.toThrow(
    `port ${port} is in use: end what listens there, or set WEB_PORT`,
  )
  server.close()
  await once(server, 'close')
  await checkPorts({ WEB_PORT: port })
})

test('a missing tool is named with what to do', async () => {
  const path = process.env.PATH
  process.env.PATH = dir
  try {
    await expect(checkTools({ java: true })).rejects.toThrow('install a JDK of version 17 or later')
    await checkTools({ java: false })
  } finally {
    process.env.PATH = path
  }
})
