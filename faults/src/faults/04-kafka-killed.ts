import { setTimeout as delay } from 'node:timers/promises'
import { gapsInBrowser } from '../clients/browser.ts'
import type { Fault, FaultContext, Outcome } from '../harness/define-fault.ts'
import { underLoad, type Load } from '../harness/under-load.ts'

const channels = ['kafka_a', 'kafka_b', 'kafka_c', 'kafka_d']

/** Kills Kafka, has it back after `awayMs`, and waits until everything shown is fresh. */
async function killKafka(
  context: FaultContext,
  load: Pick<Load, 'name' | 'linesPerSecond' | 'env'>,
  awayMs: number,
  overflows = false,
): Promise<Outcome> {
  const [outcome] = await underLoad(
    context,
    { channels, archive: 'same row', hasGaps: overflows, ...load },
    async ({ watcher }) => {
      const { kafka } = context.cluster
      await kafka.kill()
      await delay(awayMs)
      const backAtMs = Date.now()
      await kafka.start()
      const recoveredInS = await watcher.recovered(backAtMs)
      return { times: 1, recoveredInS }
    },
    async ({ installation }, { inGaps, heardInGaps }) => {
      const dropped = await installation.metric('ingest', 'ingest_events_dropped_total')
      const told = `${dropped} events were dropped, ${inGaps} messages are in gaps`
      context.say(told)
      // Ticks are events, too, and are not told from others when they are dropped.
      const isExact = overflows ? inGaps > 0 && inGaps <= dropped : dropped === 0
      return [
        ...(isExact ? [] : [told]),
        ...(heardInGaps > 0 ? [`${heardInGaps} lines were heard within gaps`] : []),
        ...(overflows ? await gapsInBrowser(await context.browser(), installation, channels) : []),
      ]
    },
  )
  if (outcome === undefined) throw new Error('no outcome')
  context.say(`away for ${awayMs / 1000} s: fresh ${outcome.recoveredInS?.toFixed(1)} s after it is back`)
  return outcome
}

export const kafkaKilled: Fault = {
  rows: [{ id: 4, name: 'Kafka killed, and back after 5 s' }],
  hasShortForm: true,
  async run(context) {
    const linesPerSecond = context.short ? 200 : 1000
    return [await killKafka(context, { name: 'fault-4', linesPerSecond }, 5000)]
  },
}

export const kafkaLongAway: Fault = {
  rows: [{ id: 4, name: 'Kafka killed, and back after 60 s' }],
  hasShortForm: false,
  async run(context) {
    return [await killKafka(context, { name: 'fault-4-long', linesPerSecond: 1000 }, 60_000)]
  },
}

export const bufferOverflows: Fault = {
  rows: [{ id: 4, name: "Kafka killed for longer than ingest's buffer holds" }],
  hasShortForm: false,
  async run(context) {
    const env = { INGEST_BUFFER_BYTES: String(4 * 1024 * 1024) }
    return [await killKafka(context, { name: 'fault-4-overflow', linesPerSecond: 1000, env }, 15_000, true)]
  },
}
