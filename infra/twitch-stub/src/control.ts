import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { doors } from './emotes/emote-stand-in.ts'
import { providers } from './emotes/emote-sets.ts'
import { modes } from './emotes/failures.ts'
import type { StandInStream } from './helix/helix-stand-in.ts'
import type { TwitchServer } from './server.ts'

const emote = z.object({
  id: z.string(),
  name: z.string(),
  isAnimated: z.boolean().optional(),
  isZeroWidth: z.boolean().optional(),
  isModifier: z.boolean().optional(),
})

const stream = z.object({
  id: z.string(),
  login: z.string(),
  title: z.string(),
  category: z.string(),
  viewers: z.int().min(0),
  startedAt: z.int(),
})

const command = z.discriminatedUnion('do', [
  z.object({ do: z.enum(['drop', 'sendCloseFrame', 'freeze', 'thaw', 'reconnect', 'refuse', 'accept']) }),
  z.object({ do: z.literal('say'), channel: z.string(), line: z.string() }),
  z.object({ do: z.literal('frame'), frame: z.string() }),
  z.object({ do: z.enum(['missing', 'suspended', 'banned']), channel: z.string() }),
  z.object({ do: z.enum(['eject', 'ban', 'suspend']), channel: z.string() }),
  z.object({ do: z.literal('emoteMode'), door: z.enum(doors), mode: z.enum(modes) }),
  z.object({
    do: z.literal('emoteSet'),
    provider: z.enum(providers),
    /** A channel's id, or `global`. */
    channel: z.string(),
    emotes: z.array(emote),
  }),
  z.object({ do: z.literal('helixMode'), mode: z.enum(modes) }),
  z.object({ do: z.literal('stream'), channel: z.string(), stream: stream.nullable() }),
  z.object({ do: z.literal('sevenTvShape'), shape: z.enum(['old', 'new']) }),
])

/** A command to a stand-in that runs as a process of its own, see `controlDoor`. */
export type Command = z.infer<typeof command>

/** HTTP interface of the stand-in: `GET /state` shows its connections, `POST /control` makes it fail as Twitch does. */
export function controlDoor(
  server: () => TwitchServer,
): (request: IncomingMessage) => Promise<{ status: number; body: unknown }> {
  return async (request) => {
    if (request.method === 'GET' && request.url === '/state') return { status: 200, body: state(server()) }
    if (request.method === 'POST' && request.url === '/control') {
      const read = command.safeParse(await json(request))
      if (!read.success) return { status: 400, body: { error: z.prettifyError(read.error) } }
      carryOut(server(), read.data)
      return { status: 200, body: state(server()) }
    }
    return {
      status: 404,
      body: { error: 'a stand-in for Twitch: connect by WebSocket, GET /state or POST /control' },
    }
  }
}

function state(server: TwitchServer): unknown {
  return { connections: server.connections().map(({ id, joined }) => ({ id, joined: [...joined] })) }
}

function carryOut(server: TwitchServer, given: Command): void {
  switch (given.do) {
    case 'drop':
    case 'sendCloseFrame':
    case 'freeze':
    case 'thaw':
      for (const connection of server.connections()) connection[given.do]()
      return
    case 'reconnect':
      return server.sendFrame(':tmi.twitch.tv RECONNECT\r\n')
    case 'refuse':
    case 'accept':
      server.refuseConnections = given.do === 'refuse'
      return
    case 'say':
      server.say(given.channel, given.line)
      return
    case 'frame':
      return server.sendFrame(given.frame)
    case 'missing':
    case 'suspended':
    case 'banned':
      server[given.do].add(given.channel)
      return
    case 'eject':
    case 'ban':
    case 'suspend':
      server[given.do](given.channel)
      return
    case 'emoteMode':
      return server.emotes.setMode(given.door, given.mode)
    case 'emoteSet':
      server.emotes.sets[given.provider].set(given.channel, given.emotes)
      return
    case 'helixMode':
      server.helix.mode = given.mode
      return
    case 'stream':
      setStream(server, given.channel, given.stream)
      return
    case 'sevenTvShape':
      server.emotes.sevenTvShape = given.shape
  }
}

/** `channel`: a channel's id. */
function setStream({ helix }: TwitchServer, channel: string, stream: StandInStream | null): void {
  if (stream === null) helix.streams.delete(channel)
  else helix.streams.set(channel, stream)
}
