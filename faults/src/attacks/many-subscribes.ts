import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { maxChannelsPerSocket } from '@chat-battle/contracts/live/up'
import { openSocket, type Attack } from './attack.ts'

const perSecond = 10_000
const forS = 5
/** By how much longer it may take on a busy machine. */
const slack = 1.2
/** What waits in the client's own memory for longer was not sent. */
const maxUnsentBytes = 256 * 1024

/** Subscribes without end: what is due while it is cut off is sent as soon as it is back. */
export const manySubscribes: Attack = async (target, { gatewayMetric, problems }) => {
  const refusedBefore = await gatewayMetric('gateway_refused_total', { kind: 'rate_limited' })
  let [given, sent, accepted] = [0, 0, 0]
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
    if (error) given--
    else sent++
  }
  const beganMs = performance.now()
  const elapsedS = () => (performance.now() - beganMs) / 1000
  for (; sent < perSecond * forS && elapsedS() < forS * slack * 2; await delay(5)) {
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) socket = open()
    if (socket.readyState !== WebSocket.OPEN) continue
    const due = Math.min(elapsedS() * perSecond, perSecond * forS)
    for (; given < due && socket.bufferedAmount < maxUnsentBytes; given++)
      socket.send(`42${given % 1000}["subscribe","victim_${given % 5000}"]`, count)
  }
  const tookS = elapsedS()
  socket?.terminate()
  const refused = (await gatewayMetric('gateway_refused_total', { kind: 'rate_limited' })) - refusedBefore
  if (tookS > forS * slack) problems.push(`${sent} subscribes took ${tookS.toFixed(1)} s`)
  if (accepted > sockets * maxChannelsPerSocket) problems.push(`${accepted} subscribes were accepted`)
  if (refused < sockets)
    problems.push(`${refused} of ${sent} subscribes on ${sockets} sockets were refused by name`)
  return `${sent} subscribes in ${tookS.toFixed(1)} s: ${accepted} accepted, ${refused} refused by name, cut off ${sockets - 1} times`
}
