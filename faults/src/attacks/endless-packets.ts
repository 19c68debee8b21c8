import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { inMegabytes } from '../harness/format.ts'
import { openedSocket, type Attack } from './attack.ts'

const withinMs = 15_000
const maxPackets = 1_000_000
const maxBytes = 512 * 1024 * 1024
/** The event loop must run in between: otherwise this client cannot notice that it was cut off. */
const packetsPerTurn = 1000
const maxUnsentBytes = 1024 * 1024
const maxGrowthBytes = 64 * 1024 * 1024

/** Sends the same packet again and again and reads nothing. It must be cut off before its packets or its time run out. */
function endless(what: string, packet: string): Attack {
  return async (target, { gatewayMetric, problems }) => {
    const memory = () => gatewayMetric('process_resident_memory_bytes')
    const beforeBytes = await memory()
    const socket = await openedSocket(target)
    const isConnected = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        if (String(data as Buffer).startsWith('40')) resolve()
      })
    })
    socket.send('40')
    await isConnected
    socket.pause()
    const packets = Math.min(maxPackets, Math.floor(maxBytes / packet.length))
    const startedMs = performance.now()
    const isCutOff = () => socket.readyState !== WebSocket.OPEN
    const isOver = () => isCutOff() || performance.now() - startedMs > withinMs
    // A paused socket notices its end only when a write fails.
    socket.on('error', () => socket.terminate())
    let sent = 0
    let mostBytes = beforeBytes
    const watching = (async () => {
      for (; !isOver(); await delay(500)) mostBytes = Math.max(mostBytes, await memory())
    })()
    for (; !isOver(); await delay(1)) {
      const most = Math.min(packets, sent + packetsPerTurn)
      for (; sent < most && socket.bufferedAmount < maxUnsentBytes; sent++) socket.send(packet)
      // One more write, so that an end after the last packet is noticed.
      if (sent === packets) socket.send('3')
    }
    const tookS = (performance.now() - startedMs) / 1000
    const wasCutOff = isCutOff()
    socket.terminate()
    await watching
    const grownBytes = mostBytes - beforeBytes
    if (!wasCutOff) problems.push(`${what}: ${sent} in ${tookS.toFixed(1)} s, and not cut off`)
    if (grownBytes > maxGrowthBytes) problems.push(`${what}: the gateway grew by ${inMegabytes(grownBytes)}`)
    const end = wasCutOff ? `cut off after ${tookS.toFixed(1)} s` : 'not cut off'
    return `${sent} ${what}: ${end}, the gateway grew by ${inMegabytes(grownBytes)}`
  }
}

/** The gateway answers each with an error: no such namespace. */
export const endlessNamespaces = endless('packets of unknown namespaces', '40/x,')
export const endlessEvents = endless('unknown events of 16 kB', `42["x","${'x'.repeat(16_000)}"]`)
