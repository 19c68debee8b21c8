import type { Locator } from '@playwright/test'
import { until } from '@chat-battle/testkit/testing'

const tolerancePx = 1

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

interface RankedRow {
  name: string
  count: string
  /** Whether the name or the row hides what overflows it. */
  isClipped: boolean
  /** Whether the name's text direction cannot affect what follows it. */
  isIsolated: boolean
  boxes: Record<'name' | 'count' | 'row' | 'card', Box>
}

/** The rows of a card's lists with their layout. */
function rowsOf(card: Locator): Promise<RankedRow[]> {
  return card.evaluate((element) =>
    [...element.querySelectorAll('ol > li')].map((row) => {
      const [name, count] = [row.querySelector('.name'), row.querySelector('.count')]
      if (name === null || count === null) throw new Error('a row without a name or a count')
      const clips = (part: Element) => {
        const { overflowX, overflowY } = getComputedStyle(part)
        return [overflowX, overflowY].every((overflow) => overflow === 'hidden' || overflow === 'clip')
      }
      const boxOf = (part: Element) => {
        const { left, right, top, bottom } = part.getBoundingClientRect()
        return { left, right, top, bottom }
      }
      return {
        name: name.textContent,
        count: count.textContent,
        isClipped: clips(name) || clips(row),
        isIsolated: ['isolate', 'isolate-override', 'plaintext'].includes(getComputedStyle(name).unicodeBidi),
        boxes: { name: boxOf(name), count: boxOf(count), row: boxOf(row), card: boxOf(element) },
      }
    }),
  )
}

function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left - tolerancePx &&
    inner.right <= outer.right + tolerancePx &&
    inner.top >= outer.top - tolerancePx &&
    inner.bottom <= outer.bottom + tolerancePx
  )
}

/** Whether two lengths look the same on the screen. */
const isSame = (a: number, b: number) => Math.abs(a - b) <= tolerancePx

/** Reports names and counts that a card's lists do not show exactly, or that leave their place. */
export async function rowProblems(card: Locator, shown: ReadonlyMap<string, number>): Promise<string[]> {
  let rows: RankedRow[] = []
  const missing = () =>
    [...shown].filter(
      ([name, count]) =>
        rows.filter((row) => row.name === name && row.count === count.toLocaleString('en-US')).length !== 1,
    )
  const isShown = async () => {
    rows = await rowsOf(card)
    return missing().length === 0
  }
  await until(isShown, 'every name is shown').catch(() => undefined)
  const named = ({ name, count }: RankedRow) => `${JSON.stringify(name.slice(0, 40))} ${count}`
  const [first] = rows
  return [
    ...missing().map(([name, count]) => `${JSON.stringify(name.slice(0, 40))} ${count} is not shown exactly`),
    ...rows.flatMap((row) => {
      const { name, count, row: place, card: whole } = row.boxes
      const wrong = [
        ...(row.isClipped ? [] : ['is not clipped']),
        ...(row.isIsolated ? [] : ['is not isolated from what follows it']),
        ...(isWithin(count, place) && isWithin(place, whole)
          ? []
          : ['has a count that leaves its row or card']),
        ...(count.left >= name.right - tolerancePx && isSame(count.right - place.right, countOffset(first))
          ? []
          : ['has displaced its count']),
        ...(isSame(place.bottom - place.top, rowHeight(first)) ? [] : ['is taller than other rows']),
      ]
      return wrong.map((what) => `${named(row)} ${what}`)
    }),
  ]
}

function countOffset(row: RankedRow | undefined): number {
  return row === undefined ? 0 : row.boxes.count.right - row.boxes.row.right
}

function rowHeight(row: RankedRow | undefined): number {
  return row === undefined ? 0 : row.boxes.row.bottom - row.boxes.row.top
}
