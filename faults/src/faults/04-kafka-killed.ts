import { setTimeout as delay } from 'node:timers/promises'
import { missingGapsOnPage } from '../clients/browser.ts'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import type { Verdict } from '../judges/verdict.ts'

const channels = ['kafka_a', 'kafka_b', 'kafka_c', 'kafka_d']
const archive = 'same row'

/** Kills Kafka, starts it again after `awayMs`, and waits until everything shown is fresh. */
async function killKafka({ cluster, watcher, log }: FaultRun, awayMs: number) {
  const { kafka } = cluster
  await kafka.kill()
  await delay(awayMs)
  const backAtMs = Date.now()
  await kafka.start()
  const recoveredInS = await watcher.recovered(backAtMs)
  log(`away for ${awayMs / 1000} s: fresh ${recoveredInS.toFixed(1)} s after it is back`)
  return { times: 1, recoveredInS }
}

/** How many events ingest dropped, and a problem if received lines lie in gaps. */
async function droppedEvents({ installation, log }: FaultRun, { inGaps, receivedInGaps }: Verdict) {
  const dropped = await installation.metric('ingest', 'ingest_events_dropped_total')
  const summary = `${dropped} events were dropped, ${inGaps} messages are in gaps`
  log(summary)
  const problems = receivedInGaps > 0 ? [`${receivedInGaps} received lines lie in gaps`] : []
  return { dropped, summary, problems }
}

async function expectNothingDropped(run: FaultRun, verdict: Verdict): Promise<string[]> {
  const { dropped, summary, problems } = await droppedEvents(run, verdict)
  return [...(dropped === 0 ? [] : [summary]), ...problems]
}

export const kafkaAwayShortly = defineFault({
  id: 4,
  name: 'Kafka killed, and back after 5 s',
  hasShortForm: true,
  load: ({ isShort }) => ({ name: 'fault-4', channels, linesPerSecond: isShort ? 200 : 1000, archive }),
  make: (run) => killKafka(run, 5000),
  expect: expectNothingDropped,
})

export const kafkaAwayLong = defineFault({
  id: 4,
  name: 'Kafka killed, and back after 60 s',
  load: { name: 'fault-4-long', channels, linesPerSecond: 1000, archive },
  make: (run) => killKafka(run, 60_000),
  expect: expectNothingDropped,
})

export const bufferOverflows = defineFault({
  id: 4,
  name: "Kafka killed for longer than ingest's buffer holds",
  load: {
    name: 'fault-4-overflow',
    channels,
    linesPerSecond: 1000,
    archive,
    hasGaps: true,
    env: { INGEST_BUFFER_BYTES: String(4 * 1024 * 1024) },
  },
  make: (run) => killKafka(run, 15_000),
  async expect(run, verdict) {
    const { dropped, summary, problems } = await droppedEvents(run, verdict)
    // Dropped ticks count as events, too.
    const isExact = verdict.inGaps > 0 && verdict.inGaps <= dropped
    return [
      ...(isExact ? [] : [summary]),
      ...problems,
      ...(await missingGapsOnPage(await run.browser(), run.installation, channels)),
    ]
  },
})
