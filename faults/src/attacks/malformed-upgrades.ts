import { rawExchange } from './raw-http.ts'
import { answerWithinMs, isRefusal, statusOf, type Attack } from './attack.ts'

const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
const websocket = `${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n`
const requests = [
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`,
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n${upgrade}Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  `GET /socket.io/?EIO=99&transport=websocket HTTP/1.1\r\nHost: x\r\n${websocket}\r\n`,
  `GET /socket.io/?EIO=4&transport=telepathy HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`,
  `GET /socket.io/?EIO=4&transport=websocket&sid=stolen HTTP/1.1\r\nHost: x\r\n${websocket}\r\n`,
  `GET / HTTP/1.1\r\nHost: x\r\n${websocket}\r\n`,
  `GET http://[::1 HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`,
  `GET //socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`,
]

/** Upgrades to unknown paths, of unknown versions, and without required headers. */
export const malformedUpgrades: Attack = async (target, { problems }) => {
  const answers: string[] = []
  for (const request of requests) {
    const answer = statusOf((await rawExchange(target, request, answerWithinMs)).answer)
    answers.push(answer)
    if (!isRefusal(answer)) problems.push(`${answer} to ${JSON.stringify(request)}`)
  }
  return `${requests.length} malformed upgrades: ${answers.join(', ')}`
}
