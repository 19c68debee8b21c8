import { afterEach, expect, test, vi } from 'vitest'
import { followGestures, type GestureListeners } from './chart-gestures.ts'

/** A chart of 1,000 px for a range of 1,000 s: a pixel is a second. */
const range = { from: 0, to: 1_000_000 }
const sMs = 1000

class Box extends EventTarget {
  readonly clientWidth = 1000
  getBoundingClientRect = () => ({ left: 0, width: 1000 })
  setPointerCapture = () => undefined
}

function started(given: Partial<GestureListeners> = {}) {
  const box = new Box()
  vi.stubGlobal('document', { activeElement: null })
  const listeners = {
    range: () => range,
    onhover: vi.fn(),
    onclick: vi.fn(),
    onchoosing: vi.fn(),
    onchosen: vi.fn(),
    onmoved: vi.fn(),
    ...given,
  }
  const end = followGestures(box as unknown as HTMLElement, listeners)
  const send = (type: string, clientX: number, more: object = {}) => {
    const event = new Event(type, { cancelable: true })
    const pointer = {
      clientX,
      button: 0,
      pointerId: 1,
      pointerType: 'mouse',
      shiftKey: false,
      ctrlKey: false,
    }
    box.dispatchEvent(Object.assign(event, { ...pointer, deltaX: 0, deltaY: 0, ...more }))
    return event
  }
  return { send, listeners, end, box }
}

afterEach(() => vi.unstubAllGlobals())

test('a mouse drags a stretch, in either direction', () => {
  const { send, listeners } = started()
  send('pointerdown', 600)
  send('pointermove', 400)
  send('pointerup', 300)
  expect(listeners.onchoosing).toHaveBeenLastCalledWith(600 * sMs, 400 * sMs)
  expect(listeners.onchosen).toHaveBeenCalledExactlyOnceWith(600 * sMs, 300 * sMs)
  expect(listeners.onclick).not.toHaveBeenCalled()
})

test('a drag that is cancelled chooses nothing', () => {
  const { send, listeners } = started()
  send('pointerdown', 600)
  send('pointermove', 400)
  send('pointercancel', 400)
  expect(listeners.onchosen).toHaveBeenCalledExactlyOnceWith(600 * sMs, 600 * sMs)
})

test('a pointer that hardly moves is a click', () => {
  const { send, listeners } = started()
  send('pointerdown', 600)
  send('pointermove', 603)
  send('pointerup', 603)
  expect(listeners.onclick).toHaveBeenCalledExactlyOnceWith(603 * sMs)
  expect(listeners.onchosen).not.toHaveBeenCalled()
})

test('Shift and a mouse move the chart, and so does one finger', () => {
  for (const more of [{ shiftKey: true }, { pointerType: 'touch' }]) {
    const { send, listeners } = started()
    send('pointerdown', 600, more)
    send('pointermove', 500, more)
    expect(listeners.onmoved).toHaveBeenCalledExactlyOnceWith({ from: 100 * sMs, to: 1100 * sMs })
  }
})

test('two fingers zoom about their middle', () => {
  const { send, listeners } = started()
  send('pointerdown', 400, { pointerType: 'touch' })
  send('pointerdown', 600, { pointerType: 'touch', pointerId: 2 })
  send('pointermove', 800, { pointerType: 'touch', pointerId: 2 })
  expect(listeners.onmoved).toHaveBeenCalledExactlyOnceWith({ from: 300 * sMs, to: 800 * sMs })
})

test('the wheel scrolls the page, and zooms with Ctrl or on a focused chart', () => {
  const { send, listeners, box } = started()
  expect(send('wheel', 500, { deltaY: 100 }).defaultPrevented).toBe(false)
  expect(listeners.onmoved).not.toHaveBeenCalled()
  expect(send('wheel', 500, { deltaY: -100, ctrlKey: true }).defaultPrevented).toBe(true)
  expect(listeners.onmoved).toHaveBeenCalledTimes(1)
  vi.stubGlobal('document', { activeElement: box })
  expect(send('wheel', 500, { deltaY: -100 }).defaultPrevented).toBe(true)
  send('wheel', 500, { deltaX: 50 })
  expect(listeners.onmoved).toHaveBeenLastCalledWith({ from: 50 * sMs, to: 1050 * sMs })
})

test('a chart that does not move leaves the wheel alone', () => {
  const { send } = started({ onmoved: undefined })
  expect(send('wheel', 500, { deltaY: -100, ctrlKey: true }).defaultPrevented).toBe(false)
})

test('a repeated move does not bring the cursor back, and nothing is heard after the end', () => {
  const { send, listeners, end } = started()
  send('pointermove', 500)
  send('pointermove', 500)
  expect(listeners.onhover).toHaveBeenCalledExactlyOnceWith(500 * sMs)
  end()
  send('pointermove', 700)
  expect(listeners.onhover).toHaveBeenCalledTimes(1)
})
