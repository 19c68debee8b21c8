import { WebSocket } from 'ws'
import { loginOf } from '../busy-stats.ts'
import { childArguments, sendToParent } from '../child.ts'
import type { ClientReport, Load } from './load.ts'

/** Packets of Engine.IO 4 and Socket.IO 5, by their first characters. */
const packets = { open: '0', ping: '2', pong: '3', connect: '40', event: '42', ack: '43' }

let deliveries = 0
let bytes = 0

function messagesIn(data: Buffer): number {
  return data.toString('latin1').split('"message_id"').length - 1
}

/** Opens a socket of Socket.IO's protocol and subscribes it; resolves when all its subscriptions are acknowledged. */
function subscribe(url: string, logins: readonly string[], kind: Load['kind']): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  let unacknowledged = logins.length
  socket.on('error', reject)
  socket.on('message', (data: Buffer) => {
    const head = data.toString('latin1', 0, 2)
    if (head === packets.event) {
      deliveries += kind === 'chat' ? messagesIn(data) : 1
      bytes += data.length
    } else if (head === packets.ack) {
      if (--unacknowledged === 0) resolve(undefined)
    } else if (head === packets.connect) {
      for (const [id, login] of logins.entries())
        socket.send(
          `${packets.event}${id}${JSON.stringify([kind === 'chat' ? 'subscribe_chat' : 'subscribe', login])}`,
        )
    } else if (head.startsWith(packets.ping)) socket.send(packets.pong)
    else if (head.startsWith(packets.open)) socket.send(packets.connect)
  })
  return promise
}

const [url, load] = childArguments<[string, Load]>()
for (let socket = 0; socket < load.sockets; socket++) {
  const channels = Array.from(
    { length: load.rooms },
    (_, room) => (socket * load.rooms + room) % load.channels,
  )
  await subscribe(url, channels.map(loginOf), load.kind)
}
process.on('message', () => {
  sendToParent({ deliveries, bytes } satisfies ClientReport)
  deliveries = 0
  bytes = 0
})
sendToParent({ deliveries: 0, bytes: 0 } satisfies ClientReport)
