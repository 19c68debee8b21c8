import { io, type Socket } from 'socket.io-client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { decodeEvent } from '@chat-battle/contracts/live/decode'
import type { ChatMessages, RemovedMessages, ServerToClientEvents } from '@chat-battle/contracts/live/down'
import { maxChatsPerSocket, type ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { noOptOuts, onePerson } from '@chat-battle/contracts/records/anonymise'
import { message, moderation } from '@chat-battle/statistics/chat-events.fixture'
import { statusFixture } from '../current/status.fixture.ts'
import { SeenTwitchEmotes } from '../emotes/seen-twitch-emotes.ts'
import { startLive } from './live.fixture.ts'

type Real = Awaited<ReturnType<typeof startLive>>

const within = { interval: 5, timeout: 15_000 }
const channel = { channel_id: '1001', channel_login: 'arena' }

async function start(...given: Parameters<typeof startLive>): Promise<Real> {
  const real = await startLive(...given)
  onTestFinished(() => real.live.close())
  real.statusView.apply(statusFixture(channel))
  return real
}

const deletion = (target_message_id: string) =>
  moderation(9000, { action: 'delete_message', target_user_id: null, target_message_id })

/** A client, and what it received. */
function connect({ url }: Real, transports = ['websocket'], extraHeaders: Record<string, string> = {}) {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    transports,
    forceNew: true,
    reconnection: false,
    extraHeaders,
  })
  onTestFinished(() => void socket.disconnect())
  const batches: ChatMessages[] = []
  const removed: RemovedMessages[] = []
  const undecodable: unknown[] = []
  const onUndecodable = (reason: unknown) => undecodable.push(reason)
  socket.on(
    'messages',
    decodeEvent('messages', (batch) => batches.push(batch), onUndecodable),
  )
  socket.on(
    'removed',
    decodeEvent('removed', (event) => removed.push(event), onUndecodable),
  )
  const ids = () => batches.flatMap(({ messages }) => messages.map(({ message_id }) => message_id))
  const watch = async (login = 'arena') => await socket.emitWithAck('subscribe_chat', login)
  return { socket, batches, removed, undecodable, ids, watch }
}

const decoded = async ({ metrics }: Real) => (await metrics.chatRecords.get()).values[0]?.value ?? 0

describe.each([{ transports: ['websocket'] }, { transports: ['polling'] }])(
  'by $transports',
  ({ transports }) => {
    test('a client gets the kept messages, and then what is written', async () => {
      const real = await start()
      real.chatSource.past.push(
        ...Array.from({ length: 300 }, (_, at) => message(at, { message_id: `m${at}` })),
      )
      const { ids, batches, undecodable, watch } = connect(real, transports)
      expect(await watch()).toMatchObject({ ok: true, status: { channel_id: '1001', state: 'joined' } })
      await vi.waitFor(() => expect(batches).toHaveLength(1), within)
      expect(ids()).toEqual(Array.from({ length: 200 }, (_, at) => `m${at + 100}`))
      expect(batches[0]).toMatchObject({ channel_id: '1001', skipped: 0 })
      real.chatSource.append(message(1000, { message_id: 'new' }))
      await vi.waitFor(() => expect(ids().at(-1)).toBe('new'), within)
      expect(undecodable).toEqual([])
    })

    test('moderation removes messages and people at once', async () => {
      const real = await start()
      for (const id of ['a', 'b', 'c'])
        real.chatSource.past.push(message(1000, { message_id: id, user_id: `of-${id}` }))
      const one = connect(real, transports)
      await one.watch()
      await vi.waitFor(() => expect(one.ids()).toEqual(['a', 'b', 'c']), within)
      real.chatSource.append(deletion('a'))
      real.chatSource.append(moderation(2000, { target_user_id: 'of-b' }))
      await vi.waitFor(() => {
        expect(one.removed.flatMap(({ message_ids }) => message_ids)).toEqual(['a'])
        expect(one.removed.flatMap(({ user_ids }) => user_ids)).toEqual(['of-b'])
      }, within)
      const other = connect(real, transports)
      await other.watch()
      await vi.waitFor(() => expect(other.ids()).toEqual(['c']), within)
      real.chatSource.append(moderation(3000, { action: 'clear_chat', target_user_id: null }))
      await vi.waitFor(() => expect(other.removed.at(-1)?.all).toBe(true), within)
    })
  },
)

test('an empty start reports that nothing is kept', async () => {
  const real = await start()
  const { batches, watch } = connect(real)
  await watch()
  await vi.waitFor(() => expect(batches).toEqual([{ channel_id: '1001', messages: [], skipped: 0 }]), within)
})

test('a person who opts out is removed at once, and missing from what follows', async () => {
  const people = { ...noOptOuts }
  const real = await start(1000, { people })
  for (const id of ['a', 'b'])
    real.chatSource.past.push(message(1000, { message_id: id, user_id: `of-${id}` }))
  const one = connect(real)
  await one.watch()
  await vi.waitFor(() => expect(one.ids()).toEqual(['a', 'b']), within)
  Object.assign(people, onePerson('of-a', 'anon-1', []))
  real.live.chat.forgetOptedOut()
  await vi.waitFor(() => expect(one.removed.flatMap(({ user_ids }) => user_ids)).toEqual(['of-a']), within)
  const other = connect(real)
  await other.watch()
  real.chatSource.append(message(2000, { message_id: 'later', user_id: 'of-a' }))
  real.chatSource.append(message(2001, { message_id: 'last', user_id: 'of-b' }))
  await vi.waitFor(() => {
    expect(one.ids()).toEqual(['a', 'b', 'last'])
    expect(other.ids()).toEqual(['b', 'last'])
  }, within)
})

test('decodes only the channels that a client watches, and stops with the last one', async () => {
  const real = await start()
  real.statusView.apply(statusFixture({ channel_id: '1002', channel_login: 'other' }))
  const [one, two] = [connect(real), connect(real)]
  await one.watch()
  await two.watch()
  expect([...real.chatSource.watched]).toEqual(['1001'])
  real.chatSource.append(message(1000))
  real.chatSource.append(message(1000, { channel_id: '1002', channel_login: 'other' }))
  expect(await decoded(real)).toBe(1)
  expect(await one.socket.emitWithAck('unsubscribe_chat', 'arena')).toMatchObject({ ok: true })
  expect([...real.chatSource.watched]).toEqual(['1001'])
  two.socket.disconnect()
  await vi.waitFor(() => expect([...real.chatSource.watched]).toEqual([]), within)
  real.chatSource.append(message(1000))
  expect(await decoded(real)).toBe(1)
  expect(real.live.chat.watchedCount).toBe(0)
  expect(real.live.subscribedChannels()).toEqual([])
})

test('a client that left a chat gets nothing more of it', async () => {
  const real = await start()
  const [leaving, staying] = [connect(real), connect(real)]
  for (const { watch } of [leaving, staying]) await watch()
  await leaving.socket.emitWithAck('unsubscribe_chat', 'arena')
  const { length } = leaving.batches
  real.chatSource.append(message(1000, { message_id: 'a' }))
  await vi.waitFor(() => expect(staying.ids()).toEqual(['a']), within)
  await leaving.socket.emitWithAck('unsubscribe_chat', 'arena')
  expect(leaving.batches).toHaveLength(length)
})

test('messages follow once a channel is joined, and those of the id that it has then', async () => {
  const real = await start()
  const { socket, ids, watch } = connect(real)
  const statuses: string[] = []
  socket.on('status', ({ state }) => statuses.push(state))
  expect(await watch('later')).toMatchObject({ ok: true, status: { channel_id: null } })
  expect(real.live.subscribedChannels()).toEqual(['later'])
  for (const id of ['1003', '1004']) {
    const status = statusFixture({ channel_id: id, channel_login: 'later', since: Number(id) })
    real.statusView.apply(status)
    real.live.publishStatus(status)
    real.chatSource.append(message(1000, { channel_id: id, channel_login: 'later', message_id: `of-${id}` }))
    await vi.waitFor(() => expect(ids().at(-1)).toBe(`of-${id}`), within)
  }
  expect(statuses).toEqual(['joined', 'joined'])
  expect([...real.chatSource.watched]).toEqual(['1004'])
})

test('a socket that is subscribed to statistics and messages gets a status once', async () => {
  const real = await start()
  const { socket, watch } = connect(real)
  const statuses: string[] = []
  socket.on('status', ({ state }) => statuses.push(state))
  await socket.emitWithAck('subscribe', 'arena')
  await watch()
  real.live.publishStatus({ ...statusFixture(channel), state: 'reconnecting' })
  await socket.emitWithAck('unsubscribe', 'arena')
  real.live.publishStatus({ ...statusFixture(channel), state: 'joined' })
  await vi.waitFor(() => expect(statuses).toEqual(['reconnecting', 'joined']), within)
})

test('a slow client gets the newest messages and the count of the others', { timeout: 30_000 }, async () => {
  const real = await start()
  const socket = new WebSocket(`${real.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  onTestFinished(() => socket.terminate())
  const batches: ChatMessages[] = []
  socket.on('open', () => socket.send('40'))
  socket.on('message', (data) => {
    const text = String(data as Buffer)
    if (text === '2') socket.send('3')
    if (text.startsWith('40')) socket.send('420["subscribe_chat","arena"]')
    if (text.startsWith('42["messages"'))
      batches.push((JSON.parse(text.slice(2)) as [string, ChatMessages])[1])
  })
  await vi.waitFor(() => expect(batches).toHaveLength(1), within)
  socket.pause()
  let sent = 0
  const isHeld = async () => {
    const { values } = await real.metrics.packets.get()
    return values.some(({ labels, value }) => labels.what === 'held' && value > 3)
  }
  while (!(await isHeld())) {
    for (let index = 0; index < 200; index++)
      real.chatSource.append(message(1000, { message_id: `m${sent++}`, message: 'x'.repeat(400) }))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  for (let index = 0; index < 1000; index++)
    real.chatSource.append(message(1000, { message_id: `m${sent++}` }))
  socket.resume()
  await vi.waitFor(() => expect(batches.at(-1)?.messages.at(-1)?.message_id).toBe(`m${sent - 1}`), within)
  const received = batches.reduce((sum, { messages }) => sum + messages.length, 0)
  const skipped = batches.reduce((sum, batch) => sum + batch.skipped, 0)
  expect(received + skipped).toBe(sent)
  expect(skipped).toBeGreaterThan(1000)
  expect((await real.metrics.chatSkipped.get()).values[0]?.value).toBe(skipped)
})

describe('limits', () => {
  test('a socket watches few chats', async () => {
    const real = await start()
    const { socket, watch } = connect(real)
    for (let index = 0; index < maxChatsPerSocket; index++)
      expect(await watch(`channel${index}`)).toMatchObject({ ok: true })
    expect(await watch('one_more')).toMatchObject({ ok: false, error: { kind: 'too_many_channels' } })
    expect(await watch('channel0')).toMatchObject({ ok: true })
    await socket.emitWithAck('unsubscribe_chat', 'channel0')
    expect(await watch('one_more')).toMatchObject({ ok: true })
  })

  test('an address has few subscriptions over all its sockets, and gets places back', async () => {
    const real = await start(1000, { maxChatsPerAddress: 3 })
    const from = (address: string) => connect(real, ['websocket'], { 'x-forwarded-for': address })
    const [one, same, other] = [from('192.0.2.1'), from('192.0.2.1'), from('192.0.2.2')]
    for (const login of ['a', 'b']) expect(await one.watch(login)).toMatchObject({ ok: true })
    expect(await same.watch('a')).toMatchObject({ ok: true })
    expect(await same.watch('b')).toMatchObject({ ok: false, error: { kind: 'too_many_channels' } })
    expect(await other.watch('b')).toMatchObject({ ok: true })
    one.socket.disconnect()
    await vi.waitFor(async () => expect(await same.watch('b')).toMatchObject({ ok: true }), within)
  })

  test('watching counts as a request for the channel', async () => {
    const real = await start(1)
    const { watch } = connect(real)
    expect(await watch('a')).toMatchObject({ ok: true })
    expect(await watch('b')).toMatchObject({ ok: false, error: { kind: 'rate_limited' } })
  })

  test.each([[undefined], [null], [5], [{}], [['arena']], ['not a login'], [''], ['x'.repeat(5000)]])(
    'refuses %o as a channel, and serves the socket on',
    async (argument) => {
      const real = await start()
      const { socket, watch } = connect(real)
      const refused = (await socket.emitWithAck('subscribe_chat', argument as string)) as { ok: boolean }
      expect(refused.ok).toBe(false)
      expect(await watch()).toMatchObject({ ok: true })
    },
  )

  test('serves clients whose acknowledgement is missing or is none', async () => {
    const real = await start()
    const { socket, ids } = connect(real)
    const emit = socket.emit.bind(socket) as (...args: unknown[]) => unknown
    emit('subscribe_chat')
    emit('subscribe_chat', 'arena', 'no function', 5)
    emit('unsubscribe_chat', { arena: true })
    real.chatSource.past.push(message(1000, { message_id: 'a' }))
    await vi.waitFor(() => expect(ids()).toEqual(['a']), within)
    expect(socket.connected).toBe(true)
  })
})

test('records that are read again for another channel are decoded once', async () => {
  const real = await start()
  const { ids, watch } = connect(real)
  await watch()
  const records = ['a', 'b'].map((id, offset) => ({
    key: '1001',
    offset: `${offset}`,
    value: Buffer.from(JSON.stringify(message(1000, { message_id: id }))),
  }))
  for (const record of [...records, ...records]) real.live.chat.onRecord(record)
  expect(await decoded(real)).toBe(2)
  // Offsets start over when the input is created again.
  real.live.chat.onTruncated()
  real.chatSource.append(message(1000, { message_id: 'c' }))
  await vi.waitFor(() => expect(ids()).toEqual(['a', 'b', 'c']), within)
})

test('records that are no chat events are skipped', async () => {
  const real = await start()
  const { ids, watch } = connect(real)
  await watch()
  for (const value of ['', '{', 'null', '[]', '{"type":"message"}', '\u0000'])
    real.live.chat.onRecord({ key: '1001', offset: '5', value: Buffer.from(value) })
  real.live.chat.onRecord({ key: '1001', offset: '6', value: null })
  real.live.chat.onRecord({
    key: '1001',
    offset: '7',
    value: Buffer.from(JSON.stringify(message(1, { message_id: 'a' }))),
  })
  await vi.waitFor(() => expect(ids()).toEqual(['a']), within)
})

test('learns the emotes of the messages that are shown, so that their pictures can be requested', async () => {
  const twitchEmotes = new SeenTwitchEmotes()
  const real = await start(1000, { twitchEmotes })
  const { ids, watch } = connect(real)
  await watch()
  const emotes = [{ id: '25', name: 'Kappa', start: 0, end: 5, provider: 'twitch' as const }]
  real.chatSource.append(message(1000, { message_id: 'new', message: 'Kappa', emotes }))
  await vi.waitFor(() => expect(ids()).toEqual(['new']), within)
  expect(twitchEmotes.has('25')).toBe(true)
})
