import { expect, test } from 'vitest'
import { LeaseView } from './lease-view.ts'

test('knows the newest end of each lease, and none that was deleted', () => {
  const view = new LeaseView()
  view.renew('arena', 1000)
  view.renew('arena', 3000)
  view.renew('other', 2000)
  view.forget('other')
  expect([view.endOf('arena'), view.endOf('other'), view.endOf('never')]).toEqual([3000, null, null])
})

test('above its limit it forgets the lease that was renewed the longest ago', () => {
  const view = new LeaseView(2)
  view.renew('a', 1)
  view.renew('b', 2)
  view.renew('a', 3)
  view.renew('c', 4)
  expect([view.endOf('a'), view.endOf('b'), view.endOf('c')]).toEqual([3, null, 4])
})
