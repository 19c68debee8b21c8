import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listen } from '@chat-battle/runtime/http/listen'
import { until } from '@chat-battle/testkit/testing'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { checkPorts, checkTools } from './prerequisites.ts'
import { identify } from './process-identity.ts'
import { RunRecord } from './run-record.ts'
import { Supervisor } from './supervisor.ts'

let dir: string
let record: RunRecord | undefined
let said: string[]
const log = (line: string) => said.push(line)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'supervision-'))
  said = []
})
afterEach(async () => {
  await record?.release()
  await rm(dir, { recursive: true, force: true })
})

async function supervise(
  script: string,
  command = process.execPath,
  firstBackoffMs = 1,
): Promise<Supervisor> {
  record = new RunRecord(dir)
  await record.claim(log)
  return new Supervisor(
    'worker',
    { command, args: ['-e', script] },
    { record, logDir: dir, log, firstBackoffMs, longestBackoffMs: 60_000 },
  )
}

test('restarts a process that died, reports it in a line, and keeps its output', async () => {
  const worker = await supervise('console.log("up"); setInterval(() => {}, 1000)')
  await worker.start()
  const first = worker.pid ?? 0
  await until(async () => (await readFile(worker.logFile, 'utf8')).includes('up'), 'its output')
  process.kill(first, 'SIGKILL')
  const second = await until(() => worker.pid !== first && worker.pid, 'a new process')
  expect(second).not.toBe(first)
  expect(said).toContainEqual(expect.stringContaining('worker ended (SIGKILL); restarting it'))
  // The record is written just after the process has its pid.
  await until(async () => (await readdir(join(dir, 'run'))).includes('worker.json'), 'its record')
  await worker.stop(2000)
  expect(worker.pid).toBeUndefined()
  expect(worker.deaths).toBe(1)
  expect(await readdir(join(dir, 'run'))).not.toContain('worker.json')
})

test('waits longer with each death', async () => {
  const worker = await supervise('process.exit(3)')
  await worker.start()
  await until(() => said.length >= 4, 'four deaths')
  await worker.stop(1000)
  const waits = said.map((line) => Number(/restarting it in ([0-9.]+) s/.exec(line)?.[1]))
  expect(waits.slice(0, 4)).toEqual([0.001, 0.002, 0.004, 0.008])
})

test('kills a process that ignores SIGTERM', async () => {
  const worker = await supervise(
    'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)',
  )
  await worker.start()
  await until(async () => (await readFile(worker.logFile, 'utf8')).includes('up'), 'its output')
  await worker.stop(50)
  expect(worker.pid).toBeUndefined()
  expect(said).toContainEqual(expect.stringContaining('killing it'))
})

test('runs one process even when neither its log nor its record can be written', async () => {
  const worker = await supervise('setInterval(() => {}, 1000)')
  // Files in the way of the folders of records and logs, as a full disk is.
  await rm(join(dir, 'run'), { recursive: true })
  await writeFile(join(dir, 'run'), '')
  await mkdir(worker.logFile)
  await mkdir(join(`${worker.logFile}.1`, 'full'), { recursive: true })
  await worker.start()
  const pid = worker.pid ?? 0
  expect(said).toEqual([expect.stringContaining('worker runs without a log: ')])
  expect(worker.deaths).toBe(0)
  await until(() => identify(pid), 'it runs')
  process.kill(pid, 'SIGKILL')
  await until(() => worker.pid !== undefined && worker.pid !== pid, 'a new process')
  const next = worker.pid ?? 0
  await worker.stop(2000)
  expect(await identify(next)).toBeUndefined()
  expect(worker.deaths).toBe(1)
})

test('does not take a signal that cannot be sent for the end of the process', async () => {
  const worker = await supervise('setInterval(() => {}, 1000)')
  await worker.start()
  const pid = worker.pid
  expect(() => worker.signal('SIGNOT' as NodeJS.Signals)).toThrow('SIGNOT')
  expect(worker.pid).toBe(pid)
  await worker.stop(2000)
})

test('retries a command that does not exist', async () => {
  const worker = await supervise('', join(dir, 'absent'))
  await worker.start()
  await until(() => worker.deaths >= 2, 'two deaths')
  expect(said[0]).toContain('ENOENT')
  expect(worker.pid).toBeUndefined()
  await worker.stop(1000)
})

test('stops at once while it waits for the next restart, and can be started again', async () => {
  const starts = join(dir, 'starts')
  const script = `fs.appendFileSync(${JSON.stringify(starts)}, process.pid + '\\n'); process.exit(3)`
  const worker = await supervise(script, process.execPath, 60_000)
  await worker.start()
  await until(() => worker.deaths === 1, 'its death')
  await worker.stop(1000)
  await worker.start()
  await until(() => worker.deaths === 2, 'its next death')
  await worker.stop(1000)
  expect((await readFile(starts, 'utf8')).trim().split('\n')).toHaveLength(2)
})

test('keeps the log of the previous run beside the new one', async () => {
  const worker = await supervise('console.log("up as " + process.pid); setInterval(() => {}, 1000)')
  const logged = async (file: string, pid: number | undefined) =>
    (await readFile(file, 'utf8').catch(() => '')) === `up as ${pid}\n`
  await worker.start()
  const first = worker.pid
  await until(() => logged(worker.logFile, first), 'its output')
  await worker.stop(2000)
  await worker.start()
  await until(() => logged(worker.logFile, worker.pid), 'the output of the next run alone')
  expect(await logged(`${worker.logFile}.1`, first)).toBe(true)
  await worker.stop(2000)
})

test('runs the preparation before each start, and retries when it fails', async () => {
  let times = 0
  const claimed = new RunRecord(dir)
  record = claimed
  await claimed.claim(log)
  const beforeStart = () => (++times === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve())
  const worker = new Supervisor(
    'worker',
    { command: process.execPath, args: ['-e', 'process.exit(3)'], beforeStart },
    { record: claimed, logDir: dir, log, firstBackoffMs: 1 },
  )
  await worker.start()
  await until(() => times === 3, 'the third start')
  await worker.stop(1000)
  expect(said[0]).toContain('worker ended (Error: not yet); restarting it')
  expect(said[1]).toContain('worker ended (code 3); restarting it')
})

test('does not start a process that is stopped during its preparation', async () => {
  const worker = await supervise('setInterval(() => {}, 1000)')
  const starting = worker.start()
  await worker.stop(60_000)
  await starting
  expect(worker.pid).toBeUndefined()
})

test('refuses a second start while the process runs', async () => {
  const worker = await supervise('setInterval(() => {}, 1000)')
  await worker.start()
  await expect(worker.start()).rejects.toThrow('worker is already running')
  await worker.stop(2000)
})

test('reports a port in use with its setting', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const web = { setting: 'WEB_PORT', port }
  await expect(checkPorts([web])).rejects.toThrow(
    `port ${port} is in use: end what listens there, or set WEB_PORT`,
  )
  server.close()
  await once(server, 'close')
  await checkPorts([web])
})

test('reports a port that a service shares as in use', async () => {
  const server = createHttpServer()
  const port = await listen(server, 0, '127.0.0.1', { isShared: true })
  await expect(checkPorts([{ setting: 'GATEWAY_PORT', port }])).rejects.toThrow('is in use')
  server.close()
})

test('reports both settings that have the same port', async () => {
  const port = await freePort()
  const listeners = ['WEB_PORT', 'KAFKA_PORT', 'GATEWAY_PORT'].map((setting, index) => ({
    setting,
    port: index === 1 ? port + 1 : port,
    host: index === 0 ? '127.0.0.1' : '0.0.0.0',
  }))
  await expect(checkPorts(listeners)).rejects.toThrow(`WEB_PORT and GATEWAY_PORT are both ${port}`)
})

test('reports an address of another machine with its setting', async () => {
  const listeners = ['WEB_PORT', 'GATEWAY_PORT'].map((setting) => ({ setting, port: 1, host: '192.0.2.1' }))
  await expect(checkPorts(listeners.slice(0, 1))).rejects.toThrow(
    'nothing can listen on 192.0.2.1 (EADDRNOTAVAIL): set HOST to an address of this machine',
  )
})

test('reports a missing Maven with what to do', async () => {
  const path = process.env.PATH
  process.env.PATH = dir
  try {
    await expect(checkTools({ java: true })).rejects.toThrow('no `mvn` on PATH: install Maven')
    await checkTools({ java: false })
  } finally {
    process.env.PATH = path
  }
})
