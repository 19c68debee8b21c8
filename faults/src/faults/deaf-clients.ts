import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Fault } from '../fault.ts'
import { mb } from '../footprint.ts'
import { underLoad } from '../under-load.ts'
import { maxStaleMs } from '../watcher.ts'

const channels = ['deaf_a', 'deaf_b', 'deaf_c', 'deaf_d', 'deaf_e', 'deaf_f', 'deaf_g', 'deaf_h']
const clients = 50
/** What the gateway may need for fifty clients that take nothing: their sockets' buffers, and the newest frame of each room. */
const maxGrowthBytes = 64 * 1024 * 1024

/** Subscribes to every channel and never reads again; comes back when it is cut off. */
class DeafClient implements Disposable {
  cutOff = 0
  #socket: WebSocket | undefined
  #isOver = false
  readonly #url: string

  constructor(url: string) {
    this.#url = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
    this.#connect()
  }

  #connect(): void {
    if (this.#isOver) return
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    socket.on('open', () => socket.send('40'))
    socket.on('message', (data) => {
      if (!String(data as Buffer).startsWith('40')) return
      channels.forEach((login, index) => socket.send(`42${index}${JSON.stringify(['subscribe', login])}`))
      socket.pause()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.cutOff++
      setTimeout(() => this.#connect(), 500).unref()
    })
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#socket?.terminate()
  }
}

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
        const beforeBytes = await memory()
        using stack = new DisposableStack()
        const deaf = Array.from({ length: clients }, () =>
          stack.use(new DeafClient(installation.url('gateway'))),
        )
        await watcher.recovered(Date.now())
        watcher.forget()
        let mostBytes = beforeBytes
        for (const endMs = performance.now() + lastsMs; performance.now() < endMs; await delay(500)) {
          mostBytes = Math.max(mostBytes, await memory())
        }
        const { stalestMs } = watcher
        const grownBytes = mostBytes - beforeBytes
        return {
          times: clients,
          notes: [
            `others at most ${(stalestMs / 1000).toFixed(1)} s behind`,
            `gateway grew from ${mb(beforeBytes)} by ${mb(grownBytes)} in ${lastsMs / 1000} s`,
            `cut off ${deaf.reduce((sum, { cutOff }) => sum + cutOff, 0)} times`,
          ],
          problems: [
            ...(grownBytes > maxGrowthBytes ? [`the gateway grew by ${mb(grownBytes)}`] : []),
            ...(!context.short && stalestMs > maxStaleMs ? [`others were ${stalestMs} ms behind`] : []),
            ...(installation.process('gateway').deaths > 0 ? ['the gateway died'] : []),
          ],
        }
      },
    )
  },
}
