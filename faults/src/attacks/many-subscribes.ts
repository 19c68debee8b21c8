import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { maxChannelsPerSocket } from '@chat-battle/contracts/live/up'
import { openSocket, type Attack } from './attack.ts'

const perSecond = 10_000
const forS = 5
/** How many times longer it may take on a busy machine. */
const slack = 1.2
/** Beyond this, packets only pile up in the client's own memory. */
const maxUnsentBytes = 256 * 1024

/** Subscribes at a fixed rate. Subscribes that are due while it is cut off follow when it is connected again. */
export const manySubscribes: Attack = async (target, { gatewayMetric, problems }) => {
  const refusedBefore = await gatewayMetric('gateway_refused_total', { kind: 'rate_limited' })
  let [queued, sent, accepted] = [0, 0, 0]
  let sockets = 0
  let socket: WebSocket | undefined
  const open = () => {
    sockets++
    const opened = openSocket(target)
    opened.on('open', () => opened.send('40'))
    opened.on('message', (data) => {
      const text = String(data as Buffer)
      if (text.startsWith('43') && text.includes('"ok":true')) accepted++
    })
    return opened
  }
  const count = (error?: Error | null) => {
    if (error) queued--
    else sent++
  }
  const startedMs = performance.now()
  const elapsedS = () => (performance.now() - startedMs) / 1000
  for (; sent < perSecond * forS && elapsedS() < forS * slack * 2; await delay(5)) {
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) socket = open()
    if (socket.readyState !== WebSocket.OPEN) continue
    const due = Math.min(elapsedS() * perSecond, perSecond * forS)
    for (; queued < due && socket.bufferedAmount < maxUnsentBytes; queued++)
      socket.send(`42${queued % 1000}["subscribe","victim_${queued % 5000}"]`, count)
  }
  const tookS = elapsedS()
  socket?.terminate()
  const refused = (await gatewayMetric('gateway_refused_total', { kind: 'rate_limited' })) - refusedBefore
  if (tookS > forS * slack) problems.push(`${sent} subscribes took ${tookS.toFixed(1)} s`)
  if (accepted > sockets * maxChannelsPerSocket) problems.push(`${accepted} subscribes were accepted`)
  if (refused < sockets)
    problems.push(`${refused} of ${sent} subscribes on ${sockets} sockets were refused with a reason`)
  return `${sent} subscribes in ${tookS.toFixed(1)} s: ${accepted} accepted, ${refused} refused with a reason, cut off ${sockets - 1} times`
}
