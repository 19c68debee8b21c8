import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLogger } from '@chat-battle/runtime/process/logger'
import type { PartitionProcessor } from './partition-processor.ts'
import { resolveStartOffset } from './resolve-start-offset.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Input {
  low: number
  high: number
  /** Offset of the first record that was appended after the last processed one. */
  next: number
}

/** A processor that has processed the input up to `nextOffset`, and an input that answers with each of `looks` in turn. */
async function resolve(nextOffset: number, ...looks: Input[]) {
  const processor = {
    nextOffset: BigInt(nextOffset),
    lastAppendMs: 1000,
    goBackTo: vi.fn(),
    skipTo: vi.fn(),
  }
  const counted = { truncations: 0, expired: 0 }
  let look = -1
  const current = () => looks[Math.min(look, looks.length - 1)] ?? { low: 0, high: 0, next: 0 }
  const resolveStart = resolveStartOffset(
    {
      bounds(partition) {
        look++
        const { low, high } = current()
        return Promise.resolve({ partition, low: BigInt(low), high: BigInt(high) })
      },
      firstAfter: () => Promise.resolve(BigInt(current().next)),
    },
    {
      truncations: { inc: () => counted.truncations++ },
      expired: { inc: (records: number) => (counted.expired += records) },
    } as unknown as Parameters<typeof resolveStartOffset>[1],
    createLogger('test', 'silent'),
  )
  const done = resolveStart(processor as unknown as PartitionProcessor, 0)
  await vi.advanceTimersByTimeAsync(1000)
  await done
  return { processor, counted }
}

test('changes nothing when the input holds what the processor needs next', async () => {
  const { processor, counted } = await resolve(5, { low: 0, high: 9, next: 5 })
  expect(processor.goBackTo).not.toHaveBeenCalled()
  expect(processor.skipTo).not.toHaveBeenCalled()
  expect(counted).toEqual({ truncations: 0, expired: 0 })
})

test('goes back to the first unprocessed record when the input ends before its position', async () => {
  const { processor, counted } = await resolve(50, { low: 0, high: 9, next: 4 })
  expect(processor.goBackTo).toHaveBeenCalledExactlyOnceWith(4n)
  expect(counted).toEqual({ truncations: 1, expired: 0 })
})

test('goes back when a longer topic of the same name has later records below its position', async () => {
  const { processor, counted } = await resolve(5, { low: 0, high: 90, next: 0 })
  expect(processor.goBackTo).toHaveBeenCalledExactlyOnceWith(0n)
  expect(counted.truncations).toBe(1)
})

test('ignores a truncation that has gone when it looks again', async () => {
  const { processor, counted } = await resolve(5, { low: 0, high: 3, next: 3 }, { low: 0, high: 9, next: 5 })
  expect(processor.goBackTo).not.toHaveBeenCalled()
  expect(counted.truncations).toBe(0)
})

test('skips records that expired, and counts them', async () => {
  const { processor, counted } = await resolve(5, { low: 8, high: 9, next: 8 })
  expect(processor.skipTo).toHaveBeenCalledExactlyOnceWith(8n, expect.any(Number))
  expect(counted).toEqual({ truncations: 0, expired: 3 })
})

test('counts no record as expired for a new partition', async () => {
  const { processor, counted } = await resolve(0, { low: 8, high: 9, next: 8 })
  expect(processor.skipTo).toHaveBeenCalledOnce()
  expect(counted.expired).toBe(0)
})
