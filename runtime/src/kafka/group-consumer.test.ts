import { afterEach, expect, test, vi } from 'vitest'
import { createLogger } from '../process/logger.ts'
import type { KafkaClient } from './client.ts'
import { GroupConsumer, type Assignment, type GroupListeners, type RecordBatch } from './group-consumer.ts'

afterEach(() => void vi.restoreAllMocks())

const events = {
  GROUP_JOIN: 'join',
  HEARTBEAT: 'heartbeat',
  CRASH: 'crash',
  END_BATCH_PROCESS: 'end',
  FETCH: 'fetch',
} as const
type Event = (typeof events)[keyof typeof events]

/** A consumer of kafkajs whose events and batches the test makes. */
function client() {
  const listeners = new Map<Event, (event: { payload: unknown }) => void>()
  const calls: string[] = []
  const state = { runs: true, subscribes: true }
  let eachBatch: (payload: unknown) => Promise<void> = () => Promise.resolve()
  const whileRunning = (call: string) => {
    if (!state.runs) throw new Error('Consumer group was not initialized, consumer#run must be called first')
    calls.push(call)
  }
  const consumer = {
    events,
    on: (event: Event, listener: (event: { payload: unknown }) => void) => listeners.set(event, listener),
    connect: () => Promise.resolve(),
    subscribe: () => (state.subscribes ? Promise.resolve() : Promise.reject(new Error('no such topic'))),
    run(options: { eachBatch: typeof eachBatch }) {
      ;({ eachBatch } = options)
      return Promise.resolve()
    },
    disconnect: () => Promise.resolve(void calls.push('disconnect')),
    pause: ([{ partitions }]: [{ partitions: number[] }]) => whileRunning(`pause ${partitions.join()}`),
    resume: ([{ partitions }]: [{ partitions: number[] }]) => whileRunning(`resume ${partitions.join()}`),
    seek: ({ partition, offset }: { partition: number; offset: string }) =>
      whileRunning(`seek ${partition} ${offset}`),
    commitOffsets: () => Promise.reject(new Error('not a member')),
  }
  return {
    kafka: { consumer: () => consumer } as unknown as KafkaClient,
    calls,
    state,
    emit: (event: Event, payload: unknown = {}) => listeners.get(event)?.({ payload }),
    join: (partitions: number[]) =>
      listeners.get('join')?.({ payload: { memberAssignment: { input: partitions } } }),
    deliver: (payload: unknown) => eachBatch(payload),
  }
}

function setup(listeners: Partial<GroupListeners> = {}) {
  const made = client()
  const assignments: Assignment[] = []
  const revoked = vi.fn()
  const fatal = vi.fn()
  const consumer = new GroupConsumer(
    made.kafka,
    {
      groupId: 'group',
      topic: 'input',
      logger: createLogger('test', 'silent'),
      sessionTimeoutMs: 6000,
      heartbeatIntervalMs: 500,
      maxWaitMs: 100,
    },
    {
      onBatch: () => Promise.resolve(),
      onAssigned: (assignment) => assignments.push(assignment),
      onRevoked: revoked,
      onFatal: fatal,
      ...listeners,
    },
  )
  return { ...made, consumer, assignments, revoked, fatal }
}

test('pauses the partitions of an assignment before it reports them', async () => {
  const { consumer, join, calls, assignments } = setup()
  await consumer.start()
  join([0, 2])
  expect(calls).toEqual(['pause 0,2'])
  expect(assignments).toMatchObject([{ partitions: [0, 2] }])
  expect(consumer.partitions).toEqual([0, 2])
})

test('lets partitions flow where assignments are not listened to', async () => {
  const { consumer, join, calls } = setup({ onAssigned: undefined })
  await consumer.start()
  join([0])
  expect(calls).toEqual([])
})

test('ends an assignment at the next one', async () => {
  const { consumer, join, assignments, revoked } = setup()
  await consumer.start()
  join([0])
  expect(assignments[0]?.signal.aborted).toBe(false)
  revoked.mockClear()
  join([1])
  expect(assignments[0]?.signal.aborted).toBe(true)
  expect(revoked).toHaveBeenCalledOnce()
  expect(assignments[1]?.signal.aborted).toBe(false)
})

test('ends an assignment at a crash, and reports only a crash without a restart as fatal', async () => {
  const { consumer, join, emit, assignments, revoked, fatal } = setup()
  await consumer.start()
  join([0])
  revoked.mockClear()
  emit('crash', { restart: true, error: new Error('away') })
  expect(assignments[0]?.signal.aborted).toBe(true)
  expect(revoked).toHaveBeenCalledOnce()
  expect(fatal).not.toHaveBeenCalled()
  const error = new Error('refused')
  emit('crash', { restart: false, error })
  expect(fatal).toHaveBeenCalledExactlyOnceWith(error)
})

test('ignores pause, resume and seek between a crash and the next assignment', async () => {
  const { consumer, state, calls } = setup()
  await consumer.start()
  state.runs = false
  consumer.pause(0)
  consumer.resume(0)
  consumer.seek(0, 5n)
  expect(calls).toEqual([])
})

test('is a member while the last heartbeat is recent enough', async () => {
  const { consumer, join, emit } = setup()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1000)
  await consumer.start()
  expect(consumer.isMember(3000)).toBe(false)
  join([])
  expect(consumer.isMember(3000)).toBe(true)
  clock.mockReturnValue(4000)
  expect(consumer.isMember(3000)).toBe(false)
  emit('heartbeat')
  expect(consumer.isMember(3000)).toBe(true)
})

test('reports progress for batches of only control records', async () => {
  const onProgress = vi.fn()
  const { consumer, emit } = setup({ onProgress })
  await consumer.start()
  emit('end', { partition: 1, lastOffset: '41' })
  expect(onProgress).toHaveBeenCalledExactlyOnceWith(1, 42n)
})

/** The payload of a batch with records 5 and 6 and a control record 7. */
function payload(heartbeat = () => Promise.resolve()) {
  const resolveOffset = vi.fn()
  const commitOffsetsIfNecessary = vi.fn(() => Promise.resolve())
  const message = (offset: string) => ({ offset, timestamp: '9', key: Buffer.from('key'), value: null })
  const batch = {
    topic: 'input',
    partition: 1,
    messages: [message('5'), message('6')],
    firstOffset: () => '5',
    lastOffset: () => '7',
    offsetLag: () => '3',
  }
  return { batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }
}

test('moves and commits the position behind the control records of a batch', async () => {
  const batches: RecordBatch[] = []
  const { consumer, deliver } = setup({ onBatch: (batch) => Promise.resolve(void batches.push(batch)) })
  await consumer.start()
  const given = payload()
  await deliver(given)
  const [batch] = batches
  expect(batch).toMatchObject({ partition: 1, firstOffset: 5n, nextOffset: 8n, lagRecords: 3 })
  expect(batch?.records[1]).toEqual({
    topic: 'input',
    partition: 1,
    offset: '6',
    appendedAtMs: 9,
    key: 'key',
    value: null,
  })
  expect(given.resolveOffset).not.toHaveBeenCalled()
  batch?.resolve()
  expect(given.resolveOffset).toHaveBeenCalledExactlyOnceWith('7')
  await batch?.commit()
  expect(given.commitOffsetsIfNecessary).toHaveBeenCalledExactlyOnceWith({
    topics: [{ topic: 'input', partitions: [{ partition: 1, offset: '8' }] }],
  })
})

test('refuses to keep a batch alive when the group rebalances or the consumer stops', async () => {
  const batches: RecordBatch[] = []
  const { consumer, deliver } = setup({ onBatch: (batch) => Promise.resolve(void batches.push(batch)) })
  await consumer.start()
  const heartbeat = vi.fn(() => Promise.resolve())
  await deliver(payload(heartbeat))
  await batches[0]?.keepAlive()
  heartbeat.mockRejectedValueOnce(new Error('rebalancing'))
  await expect(batches[0]?.keepAlive()).rejects.toThrow('rebalancing')
  consumer.stopFetching()
  await expect(batches[0]?.keepAlive()).rejects.toThrow('the consumer stops')
})

test('starts no assignment after it stops fetching, and revokes the one before', async () => {
  const { consumer, join, calls, assignments, revoked } = setup()
  await consumer.start()
  join([0])
  consumer.stopFetching()
  expect(assignments[0]?.signal.aborted).toBe(true)
  expect(calls).toEqual(['pause 0', 'pause 0'])
  revoked.mockClear()
  join([0, 1])
  expect(assignments).toHaveLength(1)
  expect(revoked).toHaveBeenCalledOnce()
  expect(calls.at(-1)).toBe('pause 0,1')
})

test('leaves its connection closed when it cannot subscribe', async () => {
  const { consumer, state, calls } = setup()
  state.subscribes = false
  await expect(consumer.start()).rejects.toThrow('no such topic')
  await consumer[Symbol.asyncDispose]()
  expect(calls).toContain('disconnect')
})

test('does not fail when a position cannot be committed', async () => {
  const { consumer } = setup()
  await consumer.start()
  expect(() => consumer.commit(0, 5n)).not.toThrow()
})
