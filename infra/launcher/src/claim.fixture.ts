import { RunRecord } from './run-record.ts'
import { Supervisor } from './supervisor.ts'

/** A launcher of its own: claims a folder and runs a server on it that outlives it. */
const [dir = ''] = process.argv.slice(2)
const record = new RunRecord(dir)
try {
  await record.claim(console.log)
} catch (error) {
  console.log(error instanceof Error ? error.message : error)
  process.exit(1)
}
const server = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], holdsData: true }
const supervisor = new Supervisor('server', server, { record, logDir: dir, log: console.log })
await supervisor.start()
console.log(`claimed, with server ${supervisor.pid}`)
