import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { panned, zoomed } from './chart-view.ts'

/** A pointer that moves less is a click. */
const clickWithinPx = 5
const zoomPerPx = 0.002

export interface GestureListeners {
  range: () => TimeRange
  /** The time under the pointer, epoch ms; null when it leaves. */
  onhover: (at: number | null) => void
  onclick: (at: number) => void
  /** Without it, ranges are neither chosen nor moved. */
  onchoosing?: ((from: number, to: number) => void) | undefined
  onchosen?: ((from: number, to: number) => void) | undefined
  onmoved?: ((range: TimeRange) => void) | undefined
}

/**
 * Pointers and wheel on the chart. A mouse drags a range, or with Shift the chart; one finger drags the chart and two zoom it. The
 * wheel zooms with Ctrl, or while the chart has the focus, so that it scrolls the page otherwise. Returns what ends it.
 */
export function followGestures(node: HTMLElement, listeners: GestureListeners): () => void {
  const ended = new AbortController()
  const gestures = new Gestures(node, listeners)
  const { signal } = ended
  node.addEventListener('pointerdown', (event) => gestures.down(event), { signal })
  node.addEventListener('pointermove', (event) => gestures.move(event), { signal })
  node.addEventListener('pointerup', (event) => gestures.up(event, true), { signal })
  node.addEventListener('pointercancel', (event) => gestures.up(event, false), { signal })
  node.addEventListener('pointerleave', () => listeners.onhover(null), { signal })
  node.addEventListener('wheel', (event) => gestures.wheel(event), { signal, passive: false })
  return () => ended.abort()
}

interface Pressed {
  x: number
  startX: number
  startAt: number
  kind: 'choose' | 'drag'
}

class Gestures {
  readonly #node: HTMLElement
  readonly #listeners: GestureListeners
  readonly #pressed = new Map<number, Pressed>()
  #hasMoved = false
  #hoverX: number | undefined

  constructor(node: HTMLElement, listeners: GestureListeners) {
    this.#node = node
    this.#listeners = listeners
  }

  down(event: PointerEvent): void {
    if (event.button !== 0) return
    if (this.#pressed.size === 0) this.#hasMoved = false
    const x = event.clientX
    const kind = event.pointerType === 'mouse' && !event.shiftKey ? 'choose' : 'drag'
    this.#pressed.set(event.pointerId, { x, startX: x, startAt: this.#at(x), kind })
    this.#node.setPointerCapture(event.pointerId)
  }

  move(event: PointerEvent): void {
    const pressed = this.#pressed.get(event.pointerId)
    const at = this.#at(event.clientX)
    if (pressed === undefined) return this.#hover(event.clientX, at)
    if (Math.abs(event.clientX - pressed.startX) >= clickWithinPx) this.#hasMoved = true
    const before = [...this.#pressed.values()].map(({ x }) => x)
    const byPx = event.clientX - pressed.x
    pressed.x = event.clientX
    if (!this.#hasMoved) return
    if (pressed.kind === 'choose') this.#listeners.onchoosing?.(pressed.startAt, at)
    else if (this.#pressed.size === 1) this.#drag(-byPx)
    else this.#pinch(before)
  }

  up(event: PointerEvent, isDone: boolean): void {
    const pressed = this.#pressed.get(event.pointerId)
    if (pressed === undefined) return
    this.#pressed.delete(event.pointerId)
    const at = this.#at(event.clientX)
    if (pressed.kind === 'choose' && this.#hasMoved) {
      // A choice that is cancelled has no length.
      this.#listeners.onchosen?.(pressed.startAt, isDone ? at : pressed.startAt)
    } else if (isDone && !this.#hasMoved) {
      this.#listeners.onhover(at)
      this.#listeners.onclick(at)
    }
  }

  wheel(event: WheelEvent): void {
    const { onmoved, range } = this.#listeners
    if (onmoved === undefined) return
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault()
      this.#drag(event.deltaX)
    } else if (event.ctrlKey || document.activeElement === this.#node) {
      event.preventDefault()
      onmoved(zoomed(range(), this.#at(event.clientX), Math.exp(event.deltaY * zoomPerPx)))
    }
  }

  /** Browsers repeat a move where the page changed below the pointer; the keyboard may have moved the cursor since. */
  #hover(x: number, at: number): void {
    if (x === this.#hoverX) return
    this.#hoverX = x
    this.#listeners.onhover(at)
  }

  #drag(byPx: number): void {
    const range = this.#listeners.range()
    const byMs = (byPx / Math.max(1, this.#node.clientWidth)) * (range.to - range.from)
    this.#listeners.onmoved?.(panned(range, byMs))
  }

  /** `before`: where the fingers were. */
  #pinch(before: readonly number[]): void {
    const after = [...this.#pressed.values()].map(({ x }) => x)
    const factor = spread(before) / Math.max(1, spread(after))
    const middle = (Math.min(...after) + Math.max(...after)) / 2
    this.#listeners.onmoved?.(zoomed(this.#listeners.range(), this.#at(middle), factor))
  }

  #at(x: number): number {
    const { left, width } = this.#node.getBoundingClientRect()
    const { from, to } = this.#listeners.range()
    const share = Math.min(1, Math.max(0, (x - left) / Math.max(1, width)))
    return from + share * (to - from)
  }
}

function spread(xs: readonly number[]): number {
  return Math.max(1, Math.max(...xs) - Math.min(...xs))
}
