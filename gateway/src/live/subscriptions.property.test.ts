import fc from 'fast-check'
import { io, type Socket } from 'socket.io-client'
import { expect, test, vi } from 'vitest'
import type { ServerToClientEvents, SubscribeAck } from '@chat-battle/contracts/live/down'
import { maxChannelsPerSocket, type ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { statsFixture } from '../stats.fixture.ts'
import { startLive } from './live.fixture.ts'

fc.configureGlobal({
  seed: 1_700_000_400,
  numRuns: 30,
  timeout: 3000,
  interruptAfterTimeLimit: 20_000,
  markInterruptAsFailure: true,
})

/** The burst of requests that a socket is allowed. */
const maxRequests = 40
/** A channel that every client watches: its frame arrives after everything that was sent before. */
const beacon = 'beacon'
const logins = [...'abcdefghij']
const idOf = (login: string) => `${1000 + logins.indexOf(login)}`

type Kind = 'stats' | 'status'
type Versions = Map<`${Kind} ${string}`, number>
type Name = { typed: string; login: string | undefined }
type Model = { clients: [Client, Client, Client]; published: Versions; lastVersion: number }
type Real = Awaited<ReturnType<typeof startLive>>

const versions = (of: Versions, login = '') => [of.get(`stats ${login}`) ?? 0, of.get(`status ${login}`) ?? 0]

/** The rooms that a client must be in, and the newest versions that it received. */
class Client {
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly rooms = new Set<string>()
  readonly received: Versions = new Map()
  readonly problems: string[] = []
  isConnected = false
  requests = 0

  constructor(url: string) {
    this.socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      autoConnect: false,
    })
    this.socket.on('stats', ({ channel_login, revision }) => this.receive('stats', channel_login, revision))
    this.socket.on('status', ({ channel_login, since }) => this.receive('status', channel_login, since))
  }

  receive(kind: Kind, login: string, version: number): void {
    if (!this.rooms.has(login)) this.problems.push(`${kind} of ${login}, which is not watched`)
    if (version < (this.received.get(`${kind} ${login}`) ?? 0))
      this.problems.push(`older ${kind} of ${login}`)
    this.received.set(`${kind} ${login}`, version)
  }
}

function publish(model: Model, real: Real, kind: Kind, login: string): void {
  const { channels, live, statsView, statusView } = real
  // The status maps the frame's id to a login.
  if (kind === 'stats' && !model.published.has(`status ${login}`)) publish(model, real, 'status', login)
  const version = ++model.lastVersion
  model.published.set(`${kind} ${login}`, version)
  const channel = { channel_login: login, channel_id: idOf(login) }
  if (kind === 'stats') {
    const stats = statsFixture({ ...channel, revision: version })
    if (statsView.apply(stats) !== 'current') return
    for (const frame of channels.framesFor(stats)) live.publishStats(frame)
  } else {
    const status = {
      ...channel,
      state: 'reconnecting' as const,
      since: version,
      gaps: [],
      clock_skew_ms: null,
    }
    const changed = statusView.apply({ ...status, ingest: '', epoch: 1, heard_until: null })
    if (changed !== undefined) live.publishStatus(changed)
  }
}

/** Subscribes to a channel, or unsubscribes; the answer must be the model's. */
async function sendRequest(
  { published }: Model,
  client: Client,
  request: 'subscribe' | 'unsubscribe',
  name: Name,
) {
  const { rooms, socket } = client
  const isId = name.login !== undefined && name.typed === idOf(name.login)
  // An unknown id is read as a login.
  const login = isId && Math.max(...versions(published, name.login)) === 0 ? name.typed : name.login
  const isRefused = request === 'subscribe' && rooms.size >= maxChannelsPerSocket && !rooms.has(login ?? '')
  if (request === 'subscribe' && login !== undefined && !isRefused) rooms.add(login)
  client.requests++
  const answer = await new Promise<SubscribeAck>((resolve) => {
    socket.emit(request, name.typed, (answer) => {
      if (request === 'unsubscribe' && login !== undefined) rooms.delete(login)
      if (request === 'subscribe' && answer.ok) {
        client.receive('status', answer.status.channel_login, answer.status.since)
        if (answer.stats !== null) client.receive('stats', answer.stats.channel_login, answer.stats.revision)
      }
      resolve(answer)
    })
  })
  const [revision, since] = versions(published, login)
  if (login === undefined) expect(answer).toMatchObject({ ok: false, error: { kind: 'malformed_channel' } })
  else if (isRefused) expect(answer).toMatchObject({ ok: false, error: { kind: 'too_many_channels' } })
  else {
    const stats = revision === 0 ? null : { channel_login: login, revision }
    expect(answer).toMatchObject({ ok: true, status: { channel_login: login, since }, stats })
  }
}

async function connect(model: Model, client: Client): Promise<void> {
  client.socket.connect()
  client.isConnected = true
  client.requests = 0
  await sendRequest(model, client, 'subscribe', { typed: beacon, login: beacon })
}

async function disconnect(model: Model, real: Real, client: Client): Promise<void> {
  // A request in flight must leave no trace.
  client.socket.emit('subscribe', 'a', () => client.problems.push('an answer after the disconnect'))
  client.socket.disconnect()
  client.isConnected = false
  client.rooms.clear()
  const open = model.clients.filter(({ isConnected }) => isConnected)
  await vi.waitFor(() => expect(real.live.socketCount).toBe(open.length), { interval: 2 })
}

/** Checks that every client ends with the newest version of what it watches. */
async function settle(model: Model, real: Real): Promise<void> {
  publish(model, real, 'stats', beacon)
  for (const { rooms, received } of model.clients.filter(({ isConnected }) => isConnected)) {
    const hasAll = () => expect(received.get(`stats ${beacon}`)).toBe(model.lastVersion)
    await vi.waitFor(hasAll, { interval: 2, timeout: 5000 })
    for (const login of rooms) expect(versions(received, login)).toEqual(versions(model.published, login))
  }
}

function command(
  text: string,
  run: (model: Model, real: Real) => unknown,
  check: (model: Model) => boolean = () => true,
): fc.AsyncCommand<Model, Real> {
  return {
    check,
    toString: () => text,
    async run(model, real) {
      await run(model, real)
      expect(model.clients.flatMap(({ problems }) => problems)).toEqual([])
      const watched = model.clients.flatMap(({ rooms }) => [...rooms])
      expect(new Set(real.live.subscribedChannels())).toEqual(new Set(watched))
    },
  }
}

const someClient = fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2)
const someLogin = fc.constantFrom(...logins)
const someName: fc.Arbitrary<Name> = fc.oneof(
  someLogin.map((login) => ({ typed: login, login })),
  someLogin.map((login) => ({ typed: ` #${login.toUpperCase()}`, login })),
  someLogin.map((login) => ({ typed: idOf(login), login })),
  fc.constantFrom('', 'a-b', 'a b', 'a'.repeat(26)).map((typed) => ({ typed, login: undefined })),
)
const names = fc.array(someName, { minLength: 1, maxLength: 12 })
const someRequest = fc.constantFrom('subscribe', 'subscribe', 'unsubscribe')
const requesting = fc.tuple(someClient, someRequest, names).map(([at, request, names]) =>
  command(
    `${at}: ${request} ${names.map(({ typed }) => `"${typed}"`).join(' ')}`,
    (model) => Promise.all(names.map((name) => sendRequest(model, model.clients[at], request, name))),
    ({ clients }) => clients[at].isConnected && clients[at].requests + names.length < maxRequests,
  ),
)
const news = fc.tuple(fc.constantFrom<Kind[]>('stats', 'status'), someLogin)
const publishing = fc.array(news, { minLength: 1, maxLength: 12 }).map((news) =>
  command(`publish ${news.join(' ')}`, (model, real) => {
    for (const [kind, login] of news) publish(model, real, kind, login)
  }),
)
const comingOrGoing = someClient.map((at) =>
  command(`${at}: connect or disconnect`, (model, real) => {
    const client = model.clients[at]
    return client.isConnected ? disconnect(model, real, client) : connect(model, client)
  }),
)
const settling = fc.constant(command('settle', settle))
const steps = [requesting, requesting, publishing, publishing, comingOrGoing, settling]

test(
  'delivers to each client what it watches, up to the newest, and nothing else',
  { timeout: 30_000 },
  async () => {
    const holds = fc.asyncProperty(fc.commands(steps, { maxCommands: 30, size: 'max' }), async (commands) => {
      const real = await startLive()
      const clients: Model['clients'] = [new Client(real.url), new Client(real.url), new Client(real.url)]
      const model = { clients, published: new Map(), lastVersion: 0 }
      try {
        for (const client of clients) await connect(model, client)
        await fc.asyncModelRun(() => ({ model, real }), [...commands, command('settle', settle)])
      } finally {
        for (const { socket } of clients) socket.disconnect()
        await real.live.close()
      }
    })
    await fc.assert(holds)
  },
)
