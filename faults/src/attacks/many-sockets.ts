import { setTimeout as delay } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { openSocket, socketsPerAddress, type Attack } from './attack.ts'

const sockets = 5000

/** Whether a socket opens, is refused with a reason, or only gets its connection closed. */
function outcome(socket: WebSocket): Promise<'open' | 'refused' | 'closed'> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve('open'))
    socket.once('close', () => resolve('closed'))
    socket.once('unexpected-response', (request, response) => {
      let body = ''
      response.on('data', (chunk) => (body += String(chunk)))
      response.on('close', () => {
        resolve(body.includes('too_many_connections') ? 'refused' : 'closed')
        request.destroy()
      })
    })
  })
}

/** Opens thousands of sockets from one address. */
export const manySockets: Attack = async (target, { problems }) => {
  const opened = await Promise.all(
    Array.from({ length: sockets }, async (_, index) => {
      await delay(Math.floor(index / 100) * 20)
      const socket = openSocket(target)
      return { socket, result: await outcome(socket) }
    }),
  )
  const number = (wanted: (typeof opened)[number]['result']) =>
    opened.filter(({ result }) => result === wanted).length
  const [admitted, refused, closed] = [number('open'), number('refused'), number('closed')]
  for (const { socket } of opened) socket.terminate()
  if (admitted > socketsPerAddress) problems.push(`${admitted} sockets of one address were admitted`)
  if (closed > 0) problems.push(`${closed} sockets were closed without a reason`)
  return `${sockets} sockets: ${admitted} admitted, ${refused} refused with a reason`
}
