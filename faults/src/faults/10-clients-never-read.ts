import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@chat-battle/testkit/testing'
import { NonReadingClient } from '../clients/non-reading-client.ts'
import { defineFault } from '../harness/define-fault.ts'
import { inMegabytes, inSeconds, withCommas } from '../harness/format.ts'
import type { Installation } from '../installation/installation.ts'
import { problemIfStale } from '../judges/limits.ts'
import { sendLargeFrames } from '../load/large-frames.ts'

const channels = ['unread_a', 'unread_b', 'unread_c', 'unread_d', 'unread_e', 'unread_f', 'unread_g']
/** Only the clients that never read subscribe to it. */
const largeFrames = 'unread_large'
const clients = 50
/** Memory for the newest frame of each room and the data being written, for clients that take nothing. */
const maxGrowthBytes = 96 * 1024 * 1024
/** The share of samples in which clients may be missing: those that were cut off are on their way back. */
const maxAbsentShare = 0.1
const sampleEveryMs = 500
const warmUpMs = 3000

interface Sample {
  bytes: number
  sockets: number
}

async function sampleGateway({ metric }: Installation, forMs: number): Promise<Sample[]> {
  const samples: Sample[] = []
  for (const endMs = performance.now() + forMs; performance.now() < endMs; await delay(sampleEveryMs)) {
    const bytes = await metric('gateway', 'process_resident_memory_bytes')
    samples.push({ bytes, sockets: await metric('gateway', 'gateway_sockets') })
  }
  return samples
}

const mostBytes = (samples: readonly Sample[]) => Math.max(...samples.map(({ bytes }) => bytes))

export const clientsNeverRead = defineFault({
  id: 10,
  name: 'clients that never read',
  hasShortForm: true,
  load: ({ isShort }) => ({
    name: 'fault-10',
    channels,
    linesPerSecond: isShort ? 300 : 1000,
    env: { MAX_SOCKETS_PER_ADDRESS: String(clients + 10) },
  }),
  async make({ installation, watcher, isShort }) {
    const forMs = isShort ? 8000 : 90_000
    const sockets = () => installation.metric('gateway', 'gateway_sockets')
    await using _largeFrames = await sendLargeFrames(installation, largeFrames)
    // Warms up with the large frames, so that their own cost is not measured as growth.
    const beforeBytes = mostBytes(await sampleGateway(installation, warmUpMs))
    const readers = await sockets()
    using stack = new DisposableStack()
    const nonReading = Array.from({ length: clients }, () =>
      stack.use(new NonReadingClient(installation.url('gateway'), [...channels, largeFrames])),
    )
    await until(async () => (await sockets()) >= readers + clients, 'every client is connected')
    await watcher.recovered(Date.now())
    watcher.resetStalest()
    const samples = await sampleGateway(installation, forMs)
    const { stalestMs } = watcher
    const connected = samples.map((sample) => sample.sockets - readers)
    const grownBytes = mostBytes(samples) - beforeBytes
    const fewest = Math.min(...connected)
    const timesCutOff = nonReading.reduce((sum, client) => sum + client.timesCutOff, 0)
    const countReplaced = () => installation.metric('gateway', 'gateway_packets_total', { what: 'replaced' })
    // Until the buffers between gateway and clients are full, which takes a busy machine longer, all is sent.
    await until(async () => (await countReplaced()) > 0, 'a packet is replaced').catch(() => undefined)
    const replaced = await countReplaced()
    return {
      times: clients,
      stalestMs,
      grownBytes,
      fewest,
      absentShare: connected.filter((count) => count < clients).length / samples.length,
      timesCutOff,
      replaced,
      notes: [
        `others at most ${inSeconds(stalestMs)} behind`,
        `gateway grew from ${inMegabytes(beforeBytes)} by ${inMegabytes(grownBytes)} in ${forMs / 1000} s`,
        `at least ${fewest} of them connected, cut off ${timesCutOff} times`,
        `${withCommas(replaced)} packets replaced by newer ones`,
      ],
    }
  },
  expect({ isShort }, _verdict, { stalestMs, grownBytes, fewest, absentShare, timesCutOff, replaced }) {
    const areMissing = absentShare > maxAbsentShare || (fewest < clients && timesCutOff === 0)
    return [
      ...(grownBytes > maxGrowthBytes ? [`the gateway grew by ${inMegabytes(grownBytes)}`] : []),
      ...(areMissing ? [`only ${fewest} clients were connected, cut off ${timesCutOff} times`] : []),
      ...(replaced === 0 ? ['no packet was replaced: the clients read, or too little was sent'] : []),
      ...(isShort ? [] : problemIfStale('others', stalestMs)),
    ]
  },
})
