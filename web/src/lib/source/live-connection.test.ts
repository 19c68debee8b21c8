import { expect, test } from 'vitest'
import { transportsAfter } from './live-connection.ts'

test('an attempt after one that failed begins with the other transport', () => {
  expect([0, 1, 2].map((failures) => transportsAfter(failures)[0])).toEqual([
    'websocket',
    'polling',
    'websocket',
  ])
})
