import { expect, test } from 'vitest'
import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import { LiveView } from './live-view.ts'

const live = (channel_id: string, checked_at: number): ChannelLive => {
  return { channel_id, channel_login: 'arena', checked_at, stream: null }
}

test('keeps the newest answer of each channel', () => {
  const view = new LiveView()
  expect(view.apply(live('1', 20))).toBe(true)
  expect(view.apply(live('1', 10))).toBe(false)
  expect(view.of('1')).toEqual(live('1', 20))
  view.forget('1')
  expect(view.of('1')).toBeUndefined()
})

test('evicts the channel that was answered least recently, joined ones last', () => {
  const view = new LiveView((id) => id === '1', 2)
  for (const [index, id] of ['1', '2', '3'].entries()) view.apply(live(id, index))
  expect(['1', '2', '3'].filter((id) => view.of(id) !== undefined)).toEqual(['1', '3'])
})

test('evicts a joined channel where all are', () => {
  const view = new LiveView(() => true, 2)
  for (const [index, id] of ['1', '2', '3'].entries()) view.apply(live(id, index))
  expect(view.of('1')).toBeUndefined()
})
