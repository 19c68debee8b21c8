import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Leases } from './leases.ts'

fc.configureGlobal({ seed: 1_700_000_400, numRuns: 2000 })

type Call =
  | { kind: 'assign'; partitions: number[] }
  | { kind: 'answer'; nowMs: number }
  | { kind: 'renew'; partition: number; login: string; ttl_ms: number; appendedAtMs: number }
  | { kind: 'wanted' }

type Renewal = Extract<Call, { kind: 'renew' }>

const startMs = 1_700_000_400_000
/** A silence of Kafka from this length on extends leases. */
const silenceMs = 5001
const partitions = [0, 1, 2]
const always = new Map([
  ['always', 0],
  ['either', 1],
])
const leased = [
  { login: 'arena', partition: 0 },
  { login: 'bazaar', partition: 0 },
  { login: 'either', partition: 1 },
  { login: 'far', partition: 2 },
]

const renewal = fc.record({
  kind: fc.constant('renew' as const),
  channel: fc.constantFrom(...leased),
  ttl_ms: fc.constantFrom(1000, 10_000, 60_000),
  ageMs: fc.nat(30_000),
})
const reread = fc.record({ kind: fc.constant('reread' as const), nth: fc.nat(60) })
const assignment = fc.record({
  kind: fc.constant('assign' as const),
  partitions: fc.oneof(fc.constant(partitions), fc.subarray(partitions)),
})
const bare = fc.constantFrom({ kind: 'answer' as const }, { kind: 'wanted' as const })
const passedMs = fc.oneof(
  fc.constantFrom(-3_600_000, -1000, 0, 1000, silenceMs - 1, silenceMs),
  fc.nat(70_000),
)
const step = fc.oneof(renewal, renewal, reread, bare, bare, assignment)

/** Calls in the order of a clock that may be corrected, also backwards. Leases may be read late, and again. */
const history = fc.array(fc.tuple(passedMs, step), { maxLength: 60, size: 'max' }).map((steps) => {
  let nowMs = startMs
  const read: Renewal[] = []
  return steps.flatMap(([passedMs, step]): Call[] => {
    nowMs += passedMs
    if (step.kind === 'answer') return [{ kind: 'answer', nowMs }]
    if (step.kind === 'reread') return read.slice(step.nth % (read.length + 1)).slice(0, 1)
    if (step.kind !== 'renew') return [step]
    const { channel, ageMs, ...rest } = step
    const lease = { ...rest, ...channel, appendedAtMs: nowMs - ageMs }
    read.push(lease)
    return [lease]
  })
})

/** When Kafka last answered, within the first `length` calls. */
function answeredAtMs(calls: Call[], length = calls.length): number {
  const answered = calls.slice(0, length).flatMap((call) => (call.kind === 'answer' ? [call.nowMs] : []))
  return answered.at(-1) ?? startMs
}

/** By how much silences extended the leases that were read before the call at `from`. */
function silentSinceMs(calls: Call[], from: number): number {
  const silences = calls.map((call, at) => {
    const silentMs = call.kind === 'answer' && at >= from ? call.nowMs - answeredAtMs(calls, at) : 0
    return silentMs >= silenceMs ? silentMs : 0
  })
  return silences.reduce((sum, ms) => sum + ms, 0)
}

/** The assignment in force at the call at `from`, and every one since. */
function assignmentsSince(calls: Call[], from: number): number[][] {
  const partitionsOf = (call: Call) => (call.kind === 'assign' ? [call.partitions] : [])
  const before = calls.slice(0, from).flatMap(partitionsOf).at(-1) ?? []
  return [before, ...calls.slice(from).flatMap(partitionsOf)]
}

/** A channel is wanted while it has a live lease that was read since its partition was assigned and has never run out. */
function wantedAfter(calls: Call[]): Set<string> {
  const isAssignedSince = (partition: number, from: number) =>
    assignmentsSince(calls, from).every((partitions) => partitions.includes(partition))
  const free = [...always].filter(([, partition]) => isAssignedSince(partition, calls.length))
  const living = calls.filter((call, at) => {
    if (call.kind !== 'renew' || !isAssignedSince(call.partition, at)) return false
    const evaluated = calls.flatMap(({ kind }, index) => (kind === 'wanted' && index > at ? [index] : []))
    return [...evaluated, calls.length].every((end) => {
      const silentMs = silentSinceMs(calls.slice(0, end), at)
      return call.appendedAtMs + call.ttl_ms + silentMs > answeredAtMs(calls, end)
    })
  })
  return new Set([
    ...free.map(([login]) => login),
    ...living.map((call) => (call.kind === 'renew' ? call.login : '')),
  ])
}

test('wants what a naive fold of all calls wants', () => {
  const holds = fc.property(history, (calls) => {
    const leases = new Leases(always, startMs)
    for (const [at, call] of [...calls, { kind: 'wanted' as const }].entries()) {
      if (call.kind === 'assign') leases.assign(call.partitions)
      else if (call.kind === 'answer') leases.onAnswer(call.nowMs)
      else if (call.kind === 'renew') leases.renew(call.partition, call.login, call, call.appendedAtMs)
      else expect(leases.wanted()).toEqual(wantedAfter(calls.slice(0, at)))
    }
  })
  fc.assert(holds)
})
