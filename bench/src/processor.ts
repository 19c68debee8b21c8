import { positiveNumber, runCommand } from '@chat-battle/runtime/process/command-line'
import { chatRecords } from './processor/chat-records.ts'
import { cpuUs, parseAll } from './processor/cpu.ts'
import { measureInProcess } from './processor/in-process.ts'
import { measureOverKafka } from './processor/over-kafka.ts'
import { median } from './quantile.ts'

const usage = `Measures the processor's CPU time per message beside JSON.parse of the same bytes in the same run.

  pnpm bench:processor [--channels 6,20000,150000] [--messages 150000] [--rate 5000] [--rounds 3] [--kafka]

Without --kafka: decoding, the fold, frames as JSON and the changelog's records, in one process. Time is simulated, so the
rate decides how often frames and the changelog are due. With --kafka: from a full topic at KAFKA_BROKERS, as fast as it goes,
beside a bare consumer.`

const startMs = Date.UTC(2026, 0, 1)

interface Load {
  channels: number
  messages: number
  rate: number
  rounds: number
}

function measureParse(records: readonly Buffer[]): number {
  const beganUs = cpuUs()
  parseAll(records)
  return (cpuUs() - beganUs) / records.length
}

function runInProcess({ channels, messages, rate, rounds }: Load): number {
  const records = chatRecords({ channels, messages, rate, startMs }).map(({ value }) => value)
  measureParse(records)
  const measured = Array.from({ length: rounds }, () => ({
    parseUs: measureParse(records),
    processor: measureInProcess(records, { channels, rate, startMs }),
  }))
  const parseUs = median(measured.map((round) => round.parseUs))
  const cost = median(measured.map(({ processor }) => processor.cpuUs))
  const ratio = median(measured.map((round) => round.processor.cpuUs / round.parseUs))
  const last = measured.at(-1)?.processor
  console.log(`${channels} channels, ${rate} messages/s, µs of CPU per message:`)
  console.log(`  JSON.parse ${parseUs.toFixed(2)}  processor ${cost.toFixed(2)}  ratio ${ratio.toFixed(2)}`)
  if (last !== undefined) {
    const parts = [...last.parts].map(([part, us]) => `${part} ${us.toFixed(2)}`)
    const { frames, stateRecords, stateBytes } = last
    console.log(`  wall time: ${parts.join('  ')}`)
    console.log(
      `  per message: ${frames.toFixed(3)} frames, ${stateRecords.toFixed(3)} changelog records, ${stateBytes.toFixed(0)} bytes of them`,
    )
  }
  return cost
}

async function runOverKafka({ channels, messages, rounds }: Load): Promise<number> {
  // Sent within one window, and at the time of the broker's clock.
  const records = chatRecords({ channels, messages, rate: messages, startMs: Date.now() - 1000 })
  const measured = await measureOverKafka(records, rounds)
  const bareUs = median(measured.map((round) => round.bareUs))
  const cost = median(measured.map(({ processorUs }) => processorUs))
  const ratio = median(measured.map((round) => round.processorUs / round.bareUs))
  console.log(`${channels} channels over Kafka, µs of CPU per message:`)
  console.log(`  bare ${bareUs.toFixed(2)}  processor ${cost.toFixed(2)}  ratio ${ratio.toFixed(2)}`)
  return cost
}

const options = {
  channels: { type: 'string', default: '6,20000,150000' },
  messages: { type: 'string', default: '150000' },
  rate: { type: 'string', default: '5000' },
  rounds: { type: 'string', default: '3' },
  kafka: { type: 'boolean', default: false },
} as const

await runCommand({ usage, options }, async ({ values }) => {
  const costs: number[] = []
  for (const text of values.channels.split(',')) {
    const load = {
      channels: positiveNumber('channels', text),
      messages: positiveNumber('messages', values.messages),
      rate: positiveNumber('rate', values.rate),
      rounds: positiveNumber('rounds', values.rounds),
    }
    costs.push(values.kafka ? await runOverKafka(load) : runInProcess(load))
  }
  const [first = NaN, ...others] = costs
  for (const cost of others) console.log(`cost per message against the first: ${(cost / first).toFixed(2)}`)
  return 0
})
