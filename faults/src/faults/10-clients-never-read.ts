import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@chat-battle/testkit/testing'
import { DeafClient } from '../clients/non-reading-client.ts'
import type { Fault } from '../harness/define-fault.ts'
import { mb } from '../installation/footprint.ts'
import { sendLargeFrames } from '../load/large-frames.ts'
import { underLoad } from '../harness/under-load.ts'
import { maxStaleMs } from '../clients/watcher.ts'

const channels = ['deaf_a', 'deaf_b', 'deaf_c', 'deaf_d', 'deaf_e', 'deaf_f', 'deaf_g']
/** Only the deaf are subscribed to it. */
const loud = 'deaf_loud'
const clients = 50
/** What the gateway may need for fifty clients that take nothing: the newest frame of each room, and what is being written. */
const maxGrowthBytes = 96 * 1024 * 1024
/** The share of the samples in which some may be missing: on their way back from having been cut off. */
const maxAbsence = 0.1
const sampleEveryMs = 500
const warmMs = 3000

export const deafClients: Fault = {
  rows: [{ id: 10, name: 'clients that never read' }],
  hasShortForm: true,
  run(context) {
    const lastsMs = context.short ? 8000 : 90_000
    const env = { MAX_SOCKETS_PER_ADDRESS: String(clients + 10) }
    return underLoad(
      context,
      { name: 'fault-10', channels, linesPerSecond: context.short ? 300 : 1000, env },
      async ({ installation, watcher }) => {
        const memory = () => installation.metric('gateway', 'process_resident_memory_bytes')
        const packets = (what: string) => installation.metric('gateway', 'gateway_packets_total', { what })
        const sockets = () => installation.metric('gateway', 'gateway_sockets')
        await using _loud = await sendLargeFrames(installation, loud)
        // What the large frames cost before anybody is deaf to them is not the matter here.
        let beforeBytes = 0
        for (
          const endMs = performance.now() + warmMs;
          performance.now() < endMs;
          await delay(sampleEveryMs)
        ) {
          beforeBytes = Math.max(beforeBytes, await memory())
        }
        const others = await sockets()
        using stack = new DisposableStack()
        const deaf = Array.from({ length: clients }, () =>
          stack.use(new DeafClient(installation.url('gateway'), [...channels, loud])),
        )
        await until(async () => (await sockets()) >= others + clients, 'the deaf are connected')
        await watcher.recovered(Date.now())
        watcher.forget()
        const samples: { bytes: number; deaf: number }[] = []
        for (
          const endMs = performance.now() + lastsMs;
          performance.now() < endMs;
          await delay(sampleEveryMs)
        ) {
          samples.push({ bytes: await memory(), deaf: (await sockets()) - others })
        }
        const { stalestMs } = watcher
        const grownBytes = Math.max(...samples.map(({ bytes }) => bytes)) - beforeBytes
        const fewest = Math.min(...samples.map((sample) => sample.deaf))
        const absence = samples.filter((sample) => sample.deaf < clients).length / samples.length
        const cutOff = deaf.reduce((sum, client) => sum + client.cutOff, 0)
        const replaced = await packets('replaced')
        return {
          times: clients,
          notes: [
            `others at most ${(stalestMs / 1000).toFixed(1)} s behind`,
            `gateway grew from ${mb(beforeBytes)} by ${mb(grownBytes)} in ${lastsMs / 1000} s`,
            `at least ${fewest} of them there, cut off ${cutOff} times`,
            `${replaced.toLocaleString('en-US')} packets replaced by newer ones`,
          ],
          problems: [
            ...(grownBytes > maxGrowthBytes ? [`the gateway grew by ${mb(grownBytes)}`] : []),
            ...(absence > maxAbsence || (fewest < clients && cutOff === 0)
              ? [`only ${fewest} deaf clients were there, cut off ${cutOff} times`]
              : []),
            ...(replaced === 0 ? ['no packet had to wait: nobody was deaf for long enough'] : []),
            ...(!context.short && stalestMs > maxStaleMs ? [`others were ${stalestMs} ms behind`] : []),
          ],
        }
      },
    )
  },
}
