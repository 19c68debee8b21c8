import type { Consumer } from 'kafkajs'
import { afterEach, expect, test, vi } from 'vitest'
import { leaveGroup } from './leave-group.ts'

afterEach(() => void vi.useRealTimers())

function consumer(disconnect: () => Promise<void> = () => Promise.resolve()) {
  const called = vi.fn(disconnect)
  return { called, consumer: { disconnect: called } as unknown as Consumer }
}

test('waits until the consumer has joined, then until it has left', async () => {
  vi.useFakeTimers()
  const joined = Promise.withResolvers<undefined>()
  const left = Promise.withResolvers<undefined>()
  const { called, consumer: leaving } = consumer(async () => void (await left.promise))
  const done = vi.fn()
  const leave = leaveGroup(
    leaving,
    joined.promise.then(() => undefined),
  ).then(done)
  await vi.advanceTimersByTimeAsync(0)
  expect(called).not.toHaveBeenCalled()
  joined.resolve(undefined)
  await vi.advanceTimersByTimeAsync(0)
  expect(called).toHaveBeenCalledOnce()
  expect(done).not.toHaveBeenCalled()
  left.resolve(undefined)
  await leave
})

test('disconnects a consumer that could not run', async () => {
  const { called, consumer: leaving } = consumer()
  await leaveGroup(leaving, Promise.reject(new Error('not run')))
  expect(called).toHaveBeenCalledOnce()
})

test('waits at most two seconds for a consumer that cannot join or leave', async () => {
  vi.useFakeTimers()
  const never = new Promise<void>(() => undefined)
  const done = vi.fn()
  void leaveGroup(consumer().consumer, never).then(done)
  void leaveGroup(consumer(() => never).consumer, Promise.resolve()).then(done)
  await vi.advanceTimersByTimeAsync(1900)
  expect(done).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(200)
  expect(done).toHaveBeenCalledTimes(2)
})

test('ignores a failure to leave: the group removes the member after a session', async () => {
  const { called, consumer: leaving } = consumer(() => Promise.reject(new Error('gone')))
  await expect(leaveGroup(leaving, Promise.resolve())).resolves.toBeUndefined()
  expect(called).toHaveBeenCalledOnce()
})
