import { rawExchange } from './raw-http.ts'
import { answerWithinMs, isRefusal, openedSocket, statusOf, type Attack } from './attack.ts'

const hugeBytes = 5 * 1024 * 1024
/** The close code for a message that is too big: RFC 6455, 7.4.1. */
const tooBig = 1009

/** Sends one message and one body that exceed every size limit. */
export const hugeFrames: Attack = async (target, { problems }) => {
  const socket = await openedSocket(target)
  const closed = new Promise<number | undefined>((resolve) => {
    socket.once('close', (code) => resolve(code))
    setTimeout(() => resolve(undefined), answerWithinMs).unref()
  })
  socket.send(Buffer.alloc(hugeBytes, 'x').toString())
  const code = await closed
  if (code !== tooBig)
    problems.push(`a huge frame: ${code === undefined ? 'accepted' : `closed with ${code}`}`)
  socket.terminate()
  const request = `POST /api/channels/victim/watch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${hugeBytes}\r\n\r\n`
  const body = Buffer.concat([Buffer.from(request), Buffer.alloc(hugeBytes)])
  const answer = statusOf((await rawExchange(target, body, answerWithinMs)).answer)
  if (!isRefusal(answer)) problems.push(`a huge body: ${answer}`)
  return `huge frames: closed with ${code}; huge bodies: ${answer}`
}
