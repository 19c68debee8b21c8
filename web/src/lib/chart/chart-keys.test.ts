import { expect, test } from 'vitest'
import { chartKey } from './chart-keys.ts'
import { gridOf } from './chart-series.ts'

const range = { from: 0, to: 600_000 }
const grid = gridOf([], range, 10_000)
const press = (key: string, cursor: number | null = null, shiftKey = false) =>
  chartKey({ key, shiftKey }, grid, range, cursor)

test('the first arrow shows the cursor at the newest step, further ones move it by a step', () => {
  expect(press('ArrowLeft')).toEqual({ cursor: 595_000, extends: false })
  expect(press('ArrowLeft', 595_000)).toEqual({ cursor: 585_000, extends: false })
  expect(press('PageDown', 595_000)).toEqual({ cursor: 495_000, extends: false })
})

test('the cursor stays in the range', () => {
  expect(press('ArrowRight', 595_000)).toEqual({ cursor: 595_000, extends: false })
  expect(press('Home', 595_000, true)).toEqual({ cursor: 5000, extends: true })
})

test('plus and minus zoom about the cursor, smaller and greater than move by half', () => {
  expect(press('+', 300_000)).toEqual({ moved: { from: 150_000, to: 450_000 } })
  expect(press('-', 0)).toEqual({ moved: { from: 0, to: 1_200_000 } })
  expect(press('<')).toEqual({ moved: { from: -300_000, to: 300_000 } })
})

test('other keys keep their meaning', () => expect(press('a')).toBeUndefined())
