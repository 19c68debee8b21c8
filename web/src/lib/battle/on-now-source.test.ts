import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OnNow } from '../api/on-now.ts'
import { followOnNow } from './on-now-source.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('fetches again every 3 s, and 10 s after a failure, until it is ended', async () => {
  const answers: unknown[] = []
  let fails = false
  const fetchNow = vi.fn(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve([])))
  const end = followOnNow(
    (answer) => answers.push(answer),
    fetchNow,
    () => false,
  )
  await vi.advanceTimersByTimeAsync(0)
  fails = true
  await vi.advanceTimersByTimeAsync(3000)
  expect(answers).toEqual([[], null])
  fails = false
  await vi.advanceTimersByTimeAsync(9999)
  expect(answers).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(answers).toEqual([[], null, []])
  end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(fetchNow).toHaveBeenCalledTimes(3)
})

test('fetches nothing while the page is hidden', async () => {
  let hidden = true
  const fetchNow = vi.fn(() => Promise.resolve([]))
  const end = followOnNow(
    () => undefined,
    fetchNow,
    () => hidden,
  )
  await vi.advanceTimersByTimeAsync(9000)
  expect(fetchNow).not.toHaveBeenCalled()
  hidden = false
  await vi.advanceTimersByTimeAsync(3000)
  expect(fetchNow).toHaveBeenCalledTimes(1)
  end()
})

test('reports no answer that comes after its end', async () => {
  const answers: unknown[] = []
  const { promise, resolve } = Promise.withResolvers<OnNow>()
  const end = followOnNow(
    (each) => answers.push(each),
    () => promise,
    () => false,
  )
  end()
  resolve([])
  await vi.advanceTimersByTimeAsync(0)
  expect(answers).toEqual([])
})
