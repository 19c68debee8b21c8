import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reloadWhenServed } from './reload-when-served.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('loads the page again once it is served, and not before', async () => {
  const reload = vi.fn()
  const isServed = vi.fn<() => Promise<boolean>>()
  isServed.mockRejectedValueOnce(new Error('away')).mockResolvedValueOnce(false).mockResolvedValue(true)
  reloadWhenServed(reload, isServed)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(reload).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(reload).toHaveBeenCalledTimes(1)
  expect(isServed).toHaveBeenCalledTimes(3)
})

test('stops with its page', async () => {
  const isServed = vi.fn(() => Promise.resolve(true))
  reloadWhenServed(vi.fn(), isServed)()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(isServed).not.toHaveBeenCalled()
})
