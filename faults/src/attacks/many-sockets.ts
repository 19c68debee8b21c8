import { setTimeout as delay } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { openSocket, socketsPerAddress, type Attack } from './attack.ts'

const sockets = 5000

/** Tells a socket that opens from one that is refused, and how: with a reason or by a closed connection only. */
function outcome(socket: WebSocket): Promise<'open' | 'told' | 'closed'> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve('open'))
    socket.once('close', () => resolve('closed'))
    socket.once('unexpected-response', (request, response) => {
      let body = ''
      response.on('data', (chunk) => (body += String(chunk)))
      response.on('close', () => {
        resolve(body.includes('too_many_connections') ? 'told' : 'closed')
        request.destroy()
      })
    })
  })
}

/** Sockets by the thousand, from one address. */
export const manySockets: Attack = async (target, { problems }) => {
  const opened = await Promise.all(
    Array.from({ length: sockets }, async (_, index) => {
      await delay(Math.floor(index / 100) * 20)
      const socket = openSocket(target)
      return { socket, is: await outcome(socket) }
    }),
  )
  const number = (wanted: (typeof opened)[number]['is']) => opened.filter(({ is }) => is === wanted).length
  const [admitted, told, closed] = [number('open'), number('told'), number('closed')]
  for (const { socket } of opened) socket.terminate()
  if (admitted > socketsPerAddress) problems.push(`${admitted} sockets of one address were admitted`)
  if (closed > 0) problems.push(`${closed} sockets were refused without a word`)
  return `${sockets} sockets: ${admitted} admitted, ${told} refused by name`
}
