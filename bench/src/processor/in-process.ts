import { FrameThrottle } from '@chat-battle/processor/frames/frame-throttle'
import { decodeEvent } from '@chat-battle/processor/partition/decode-event'
import { PartitionState } from '@chat-battle/statistics/partition'
import { Changelog } from '@chat-battle/statistics/snapshot/changelog'
import { cpuUs } from './cpu.ts'

const partitionCount = 5
const batchMs = 100
const flushEveryMs = 2000

export interface Measured {
  /** Per message, µs. */
  cpuUs: number
  /** Wall time of each part per message, µs. */
  parts: ReadonlyMap<string, number>
  /** Per message. */
  frames: number
  stateRecords: number
  stateBytes: number
}

class Partition {
  readonly #state = new PartitionState()
  readonly #log = Changelog.empty()
  readonly #throttle = new FrameThrottle()
  readonly #work: Work

  constructor(work: Work) {
    this.#work = work
  }

  process(values: readonly Buffer[], appendMs: number, nowMs: number): void {
    const events = this.#work.time('decode', () =>
      values.map((value) => {
        const decoded = decodeEvent(value)
        if ('problem' in decoded) throw new Error(decoded.problem)
        return decoded.event
      }),
    )
    this.#work.time('fold', () => {
      for (const event of events) {
        const { changed } = this.#state.apply(event, this.#state.nextOffset, appendMs)
        for (const frame of changed) this.#throttle.note(frame)
      }
    })
    this.#work.time('frames', () => {
      for (const frame of this.#throttle.takeDue(nowMs).frames) {
        this.#work.frames++
        if (JSON.stringify(frame).length === 0) throw new Error('an empty frame')
      }
    })
  }

  flush(): void {
    this.#work.time('changelog', () => {
      for (const { value } of this.#log.takeChanges(this.#state)) {
        this.#work.stateRecords++
        this.#work.stateBytes += value?.length ?? 0
      }
      this.#state.takeFinals()
    })
  }
}

/** The work since it began, in parts. */
class Work {
  #beganUs = cpuUs()
  readonly #parts = new Map<string, number>()
  frames = 0
  stateRecords = 0
  stateBytes = 0

  time<T>(part: string, run: () => T): T {
    const beganMs = performance.now()
    const result = run()
    this.#parts.set(part, (this.#parts.get(part) ?? 0) + performance.now() - beganMs)
    return result
  }

  restart(): void {
    this.#parts.clear()
    this.frames = this.stateRecords = this.stateBytes = 0
    this.#beganUs = cpuUs()
  }

  per(messages: number): Measured {
    return {
      cpuUs: (cpuUs() - this.#beganUs) / messages,
      parts: new Map([...this.#parts].map(([part, ms]) => [part, (ms * 1000) / messages])),
      frames: this.frames / messages,
      stateRecords: this.stateRecords / messages,
      stateBytes: this.stateBytes / messages,
    }
  }
}

/**
 * Processes records at a simulated rate per second. Measures the second half, when channels are open and code is compiled.
 * `startMs`: when the first was sent, epoch ms.
 */
export function measureInProcess(
  records: readonly Buffer[],
  given: { channels: number; rate: number; startMs: number },
): Measured {
  const work = new Work()
  const partitions = Array.from({ length: partitionCount }, () => new Partition(work))
  const half = Math.floor(records.length / 2)
  const batch = Math.floor((given.rate * batchMs) / 1000)
  let flushedAtMs = 0
  for (let from = 0; from < records.length; from += batch) {
    if (from <= half && from + batch > half) work.restart()
    const nowMs = (from / given.rate) * 1000
    const byPartition = partitions.map((): Buffer[] => [])
    for (const [index, record] of records.slice(from, from + batch).entries())
      byPartition[((from + index) % given.channels) % partitionCount]?.push(record)
    const isFlush = nowMs - flushedAtMs >= flushEveryMs
    if (isFlush) flushedAtMs = nowMs
    for (const [index, partition] of partitions.entries()) {
      partition.process(byPartition[index] ?? [], given.startMs + nowMs, nowMs)
      if (isFlush) partition.flush()
    }
  }
  return work.per(records.length - half)
}
