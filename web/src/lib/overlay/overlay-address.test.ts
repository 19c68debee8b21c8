import { expect, test } from 'vitest'
import { addressMessages } from '../battle/address-messages.ts'
import { layouts, overlayAddress, readOverlay, sourceSize, type Overlay } from './overlay-address.ts'

const read = (address: string) => {
  const [path = '', query = ''] = address.replace('/overlay/', '').split('?')
  return readOverlay(path, new URLSearchParams(query), addressMessages.en)
}
const plain = read('/overlay/arena').overlay

test('is a bar of the channels without any option', () => {
  expect(plain).toMatchObject({
    channels: ['arena'],
    layout: 'bar',
    scale: 'messages',
    size: 'm',
    position: 'top-left',
    list: 'chatters',
    isExample: false,
  })
  expect(overlayAddress(plain)).toBe('/overlay/arena?layout=bar')
})

test.each([
  '/overlay/arena,other,@900?layout=curve&scale=per_viewer&size=xl&position=bottom-right',
  '/overlay/arena?layout=leaders&list=emotes',
  '/overlay/arena?layout=moment&example=1',
  '/overlay/arena?layout=vote&options=1:Chess,2:Go&title=What%20next%3F&for=60&from=1000&to=61000',
])('keeps the address %s', (address) => {
  const { overlay, problems } = read(address)
  expect(problems).toEqual([])
  expect(overlayAddress(overlay)).toBe(address)
})

test('leaves out what means nothing to the layout, and channels beyond the first of a vote', () => {
  const all: Overlay = {
    ...plain,
    channels: ['arena', 'other'],
    scale: 'per_chatter',
    list: 'emotes',
    isExample: true,
  }
  expect(layouts.map((layout) => overlayAddress({ ...all, layout }))).toEqual([
    '/overlay/arena,other?layout=bar&scale=per_chatter',
    '/overlay/arena,other?layout=curve&scale=per_chatter',
    '/overlay/arena,other?layout=leaders&list=emotes',
    '/overlay/arena,other?layout=moment&example=1',
    '/overlay/arena?layout=vote',
  ])
})

test('reports names that are none, and reads unknown values as missing', () => {
  const { overlay, problems } = read('/overlay/arena,a-b?layout=pie&size=9')
  expect(problems).toEqual([
    '“a-b” in the address is not shown. A channel name has 1 to 25 letters, digits or underscores.',
  ])
  expect(overlay).toMatchObject({ channels: ['arena'], layout: 'bar', size: 'm' })
})

test('never shows a result of the address as counted', () => {
  expect(read('/overlay/arena?layout=vote&options=1,2&counts=5,6').overlay.vote.result).toBeNull()
})

test('grows its source with the channels, the options and the size', () => {
  const two = { ...plain, channels: ['arena', 'other'] }
  expect(sourceSize(plain)).toEqual({ width: 300, height: 130 })
  expect(sourceSize(two)).toEqual({ width: 540, height: 130 })
  expect(sourceSize({ ...two, size: 'xl' })).toEqual({ width: 1080, height: 260 })
  const vote = read('/overlay/arena?layout=vote&options=1,2,3').overlay
  expect(sourceSize(vote)).toEqual({ width: 560, height: 348 })
})
