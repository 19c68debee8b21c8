import { parseArgs } from 'node:util'
import { PartitionState } from '@chat-battle/statistics/partition'
import { Changelog } from '@chat-battle/statistics/snapshot/changelog'
import { decodeEvent } from '@chat-battle/processor/partition/decode-event'
import { FrameThrottle } from '@chat-battle/processor/frames/frame-throttle'
import { chatRecords } from './chat-records.ts'

const usage = `Measures the CPU time per message of the processor's own work beside JSON.parse of the same bytes: decoding, the fold,
frames as JSON and the records of the changelog, without Kafka. Time is simulated, so the rate decides how often frames and
the changelog are due.

  pnpm bench:processor [--channels 6,20000] [--messages 150000] [--rate 5000] [--rounds 3]`

const partitions = 5
const batchMs = 100
const flushEveryMs = 2000

const { values } = parseArgs({
  options: {
    channels: { type: 'string', default: '6,20000' },
    messages: { type: 'string', default: '150000' },
    rate: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const messages = Number(values.messages)
const rate = Number(values.rate)

interface Measured {
  /** CPU time per message of the process, with its garbage collection, µs. */
  cpuUs: number
  /** Share of each part, µs of wall time per message. */
  parts: Map<string, number>
  frames: number
  stateRecords: number
  stateBytes: number
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function measureParse(records: readonly Buffer[]): number {
  const begunUs = cpuUs()
  let types = 0
  for (const value of records) {
    const event = JSON.parse(value.toString()) as { type: string }
    types += event.type.length
  }
  if (types === 0) throw new Error('no records')
  return (cpuUs() - begunUs) / records.length
}

/** Processes half of the messages, so that channels exist and code is compiled, then measures the other half. */
function measureProcessor(records: readonly Buffer[], channels: number): Measured {
  const owned = Array.from({ length: partitions }, () => ({
    state: new PartitionState(),
    log: Changelog.empty(),
    throttle: new FrameThrottle(),
  }))
  const parts = new Map<string, number>()
  let [frames, stateRecords, stateBytes] = [0, 0, 0]
  const timed = <T>(part: string, run: () => T): T => {
    const begunMs = performance.now()
    const result = run()
    parts.set(part, (parts.get(part) ?? 0) + performance.now() - begunMs)
    return result
  }
  const startMs = Date.UTC(2026, 0, 1)
  const half = Math.floor(records.length / 2)
  const batch = Math.floor((rate * batchMs) / 1000)
  let [flushedAtMs, begunUs] = [0, cpuUs()]
  for (let from = 0; from < records.length; from += batch) {
    if (from <= half && from + batch > half) {
      parts.clear()
      ;[frames, stateRecords, stateBytes] = [0, 0, 0]
      begunUs = cpuUs()
    }
    const nowMs = (from / rate) * 1000
    const byPartition = owned.map((): Buffer[] => [])
    for (let index = from; index < Math.min(from + batch, records.length); index++)
      byPartition[(index % channels) % partitions]?.push(records[index] as Buffer)
    const isFlush = nowMs - flushedAtMs >= flushEveryMs
    if (isFlush) flushedAtMs = nowMs
    for (const [partition, { state, log, throttle }] of owned.entries()) {
      const events = timed('decode', () =>
        (byPartition[partition] ?? []).map((value) => {
          const decoded = decodeEvent(value)
          if ('problem' in decoded) throw new Error(decoded.problem)
          return decoded.event
        }),
      )
      timed('fold', () => {
        for (const event of events) {
          const { changed } = state.apply(event, state.nextOffset, startMs + nowMs)
          for (const frame of changed) throttle.note(frame)
        }
      })
      timed('frames', () => {
        for (const frame of throttle.takeDue(nowMs).frames) {
          frames++
          if (JSON.stringify(frame).length === 0) throw new Error('an empty frame')
        }
      })
      if (!isFlush) continue
      timed('changelog', () => {
        for (const { value } of log.takeChanges(state)) {
          stateRecords++
          stateBytes += value?.length ?? 0
        }
        state.takeFinals()
      })
    }
  }
  const measured = records.length - half
  return {
    cpuUs: (cpuUs() - begunUs) / measured,
    parts: new Map([...parts].map(([part, ms]) => [part, (ms * 1000) / measured])),
    frames: frames / measured,
    stateRecords: stateRecords / measured,
    stateBytes: stateBytes / measured,
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
}

const costs: number[] = []
for (const channels of values.channels.split(',').map(Number)) {
  const records = chatRecords({ channels, messages, rate, startMs: Date.UTC(2026, 0, 1) })
  const bytes = records.reduce((sum, { length }) => sum + length, 0) / records.length
  measureParse(records)
  const rounds = Array.from({ length: Number(values.rounds) }, () => ({
    parseUs: measureParse(records),
    processor: measureProcessor(records, channels),
  }))
  const parseUs = median(rounds.map((round) => round.parseUs))
  const cpu = median(rounds.map(({ processor }) => processor.cpuUs))
  const ratio = median(rounds.map((round) => round.processor.cpuUs / round.parseUs))
  costs.push(cpu)
  console.log(`${channels} channels, ${rate} messages/s, ${bytes.toFixed(0)} bytes per message`)
  console.log(
    `  JSON.parse ${parseUs.toFixed(2)} µs  processor ${cpu.toFixed(2)} µs of CPU per message  ratio ${ratio.toFixed(2)}`,
  )
  const last = rounds.at(-1)?.processor
  if (last === undefined) continue
  const parts = [...last.parts].map(([part, us]) => `${part} ${us.toFixed(2)}`)
  console.log(`  parts in µs of wall time: ${parts.join('  ')}`)
  console.log(
    `  per message: ${last.frames.toFixed(3)} frames, ${last.stateRecords.toFixed(3)} changelog records of ${last.stateBytes.toFixed(0)} bytes in all`,
  )
}
const [first = NaN, ...others] = costs
for (const cost of others) console.log(`cost per message against the first: ${(cost / first).toFixed(2)}`)
