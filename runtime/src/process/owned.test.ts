import { expect, test } from 'vitest'
import { allStarted, ClosedTogether, startOwned } from './owned.ts'

function part(name: string, closed: string[], close: () => Promise<void> = () => Promise.resolve()) {
  return {
    async [Symbol.asyncDispose]() {
      closed.push(name)
      await close()
    },
  }
}

test('closes its parts in reverse order when it is disposed of, and not before', async () => {
  const closed: string[] = []
  const started = await startOwned(async (owned) => {
    owned.use(part('first', closed))
    owned.use(part('second', closed))
    return Promise.resolve({ port: 3000 })
  })
  expect(started.port).toBe(3000)
  expect(closed).toEqual([])
  await started[Symbol.asyncDispose]()
  expect(closed).toEqual(['second', 'first'])
})

test('closes what runs when the start fails', async () => {
  const closed: string[] = []
  const start = startOwned((owned) => {
    owned.use(part('first', closed))
    owned.use(part('second', closed))
    return Promise.reject(new Error('no port'))
  })
  await expect(start).rejects.toThrow('no port')
  expect(closed).toEqual(['second', 'first'])
})

test('closes the other parts when one fails to close, and throws its error', async () => {
  const closed: string[] = []
  const started = await startOwned(async (owned) => {
    owned.use(part('first', closed))
    owned.use(part('second', closed, () => Promise.reject(new Error('stuck'))))
    owned.use(part('third', closed))
    return Promise.resolve({})
  })
  await expect(started[Symbol.asyncDispose]()).rejects.toThrow('stuck')
  expect(closed).toEqual(['third', 'second', 'first'])
})

test('keeps the getters of what it started', async () => {
  let count = 1
  const started = await startOwned(() =>
    Promise.resolve({
      get count() {
        return count
      },
    }),
  )
  count = 2
  expect(started.count).toBe(2)
})

test('closes parts together without waiting for one another', async () => {
  const closed: string[] = []
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const together = new ClosedTogether()
  together.use(part('slow', closed, () => promise))
  together.use(part('fast', closed))
  const closing = together[Symbol.asyncDispose]()
  expect(closed).toEqual(['slow', 'fast'])
  resolve(undefined)
  await closing
})

test('closes all parts together when some fail, and reports every error', async () => {
  const closed: string[] = []
  const together = new ClosedTogether()
  const broken = new Error('broken')
  together.use({
    [Symbol.asyncDispose]() {
      throw broken
    },
  })
  together.use(part('last', closed, () => Promise.reject(new Error('late'))))
  await expect(together[Symbol.asyncDispose]()).rejects.toMatchObject({
    errors: [broken, new Error('late')],
  })
  expect(closed).toEqual(['last'])
})

test('lets every part start or fail before it fails itself', async () => {
  const slow = Promise.withResolvers<string>()
  let isOver = false
  const started = allStarted([Promise.reject(new Error('no broker')), slow.promise]).finally(() => {
    isOver = true
  })
  await new Promise((passed) => setImmediate(passed))
  expect(isOver).toBe(false)
  slow.resolve('runs')
  await expect(started).rejects.toThrow('no broker')
  expect(await allStarted([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two'])
})
