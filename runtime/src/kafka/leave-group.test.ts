import type { Consumer } from 'kafkajs'
import { afterEach, expect, test, vi } from 'vitest'
import { leaveGroup } from './leave-group.ts'

afterEach(() => void vi.useRealTimers())

function consumer(disconnect: () => Promise<void> = () => Promise.resolve()) {
  const called = vi.fn(disconnect)
  return { called, consumer: { disconnect: called } as unknown as Consumer }
}

test('a consumer leaves when it has been let in, and this is waited for', async () => {
  vi.useFakeTimers()
  const letIn = Promise.withResolvers<undefined>()
  const left = Promise.withResolvers<undefined>()
  const { called, consumer: leaving } = consumer(async () => void (await left.promise))
  const done = vi.fn()
  const leave = leaveGroup(
    leaving,
    letIn.promise.then(() => undefined),
  ).then(done)
  await vi.advanceTimersByTimeAsync(0)
  expect(called).not.toHaveBeenCalled()
  letIn.resolve(undefined)
  await vi.advanceTimersByTimeAsync(0)
  expect(called).toHaveBeenCalledOnce()
  expect(done).not.toHaveBeenCalled()
  left.resolve(undefined)
  await leave
})

test('one that could not run leaves all the same', async () => {
  const { called, consumer: leaving } = consumer()
  await leaveGroup(leaving, Promise.reject(new Error('not run')))
  expect(called).toHaveBeenCalledOnce()
})

test('one that is not let in, or does not get away, is waited for no longer than two seconds', async () => {
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

test('leaving that fails fails nothing: the group notices by itself', async () => {
  const { called, consumer: leaving } = consumer(() => Promise.reject(new Error('gone')))
  await expect(leaveGroup(leaving, Promise.resolve())).resolves.toBeUndefined()
  expect(called).toHaveBeenCalledOnce()
})
