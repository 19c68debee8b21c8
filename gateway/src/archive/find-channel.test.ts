import { expect, test } from 'vitest'
import { statusFixture } from '../current/status.fixture.ts'
import { Channels } from '../current/channels.ts'
import { StatsView } from '../current/stats-view.ts'
import { StatusView } from '../directory/status-view.ts'
import { RequestRefused } from '../refusal.ts'
import { findChannel } from './find-channel.ts'

const statuses = new StatusView()
statuses.apply(statusFixture({ channel_login: 'joined', channel_id: '1' }))
const channels = new Channels(new StatsView(), statuses, () => 0)

const archived = new Map([
  ['left', { channel_id: '2' }],
  ['900', { channel_id: '3' }],
  ['2', { channel_login: 'left' }],
])
const archive = {
  page: (_query: string, [key]: readonly unknown[]) => {
    const row = archived.get(String(key))
    return Promise.resolve({ rows: row === undefined ? [] : [row], pageState: undefined })
  },
}
const away = {
  page: () => Promise.reject(new RequestRefused('archive_unavailable', 'the archive does not answer')),
}

test.each([
  ['a login with a status', 'Joined', { id: '1', login: 'joined' }],
  ['the id of a joined channel', '1', { id: '1', login: 'joined' }],
  ['the last channel with a login', 'left', { id: '2', login: 'left' }],
  ['a login of digits before an id', '900', { id: '3', login: '900' }],
  ['the last login of an id', '2', { id: '2', login: 'left' }],
  ['an id of which nothing is archived', '77', { id: '77', login: '77' }],
])('finds %s', async (_, name, found) => {
  expect(await findChannel(archive, channels, name)).toEqual(found)
})

test.each([
  ['an unknown login', 'nowhere'],
  ['unknown digits that are a login', '@77'],
])('refuses %s', async (_, name) => {
  await expect(findChannel(archive, channels, name)).rejects.toMatchObject({ kind: 'channel_not_monitored' })
})

test('needs the archive for a login without a status, and not for an id', async () => {
  expect(await findChannel(away, channels, 'joined')).toEqual({ id: '1', login: 'joined' })
  expect(await findChannel(away, channels, '77')).toEqual({ id: '77', login: '77' })
  for (const name of ['left', '@77'])
    await expect(findChannel(away, channels, name)).rejects.toMatchObject({ kind: 'archive_unavailable' })
})
