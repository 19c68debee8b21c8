import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** A line of a recording: `tMs` after its start it arrived, `lateMs` after its own timestamp. */
export interface RecordedLine {
  tMs: number
  lateMs: number
  channel: string
  line: string
}

const sentAt = /(?<=[@;]tmi-sent-ts=)[0-9]+/
const channelOf = /^(?:@\S+ )?(?::\S+ )?[A-Z]+ #(\S+)/

/**
 * Reads a recording: either `{t_ms, late_ms, channel, line}` by line (`.jsonl`), or raw lines of IRC, each of which then
 * arrives at its own `tmi-sent-ts`, in the file's order. Throws with the line's number where one is neither.
 */
export async function readRecording(file: string): Promise<RecordedLine[]> {
  const recorded: RecordedLine[] = []
  let number = 0
  let startMs: number | undefined
  let lastMs = 0
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++
    if (text.trim() === '') continue
    if (file.endsWith('.jsonl')) {
      recorded.push(parseJsonLine(text, `${file}:${number}`))
      continue
    }
    const channel = channelOf.exec(text)?.[1]
    if (channel === undefined) continue
    const timestamp = Number(sentAt.exec(text)?.[0] ?? lastMs)
    startMs ??= timestamp
    lastMs = Math.max(lastMs, timestamp)
    recorded.push({ tMs: lastMs - startMs, lateMs: lastMs - timestamp, channel, line: text })
  }
  if (recorded.length === 0) throw new Error(`${file} holds no lines of chat`)
  return recorded
}

function parseJsonLine(text: string, where: string): RecordedLine {
  try {
    const { t_ms, late_ms, channel, line } = JSON.parse(text) as Record<string, unknown>
    if (typeof t_ms === 'number' && typeof channel === 'string' && typeof line === 'string') {
      return { tMs: t_ms, lateMs: typeof late_ms === 'number' ? late_ms : 0, channel, line }
    }
  } catch {
    // Reported below, like any other line of the wrong shape.
  }
  throw new Error(`${where} is not {"t_ms", "late_ms", "channel", "line"}`)
}

/** A recorded line as it is sent by a replay whose recording began at `startMs`: only its timestamp is moved. */
export function retimed({ tMs, lateMs, line }: RecordedLine, startMs: number): string {
  return line.replace(sentAt, String(startMs + tMs - lateMs))
}

/** Where a replay's time begins so that, `speed` times as fast as recorded, none of its lines is ever sent from the future. */
export function replayStart(recorded: readonly RecordedLine[], speed: number, nowMs: number): number {
  const durationMs = recorded.at(-1)?.tMs ?? 0
  return Math.round(nowMs - durationMs * (1 - 1 / speed))
}

export function channelsOf(recorded: readonly RecordedLine[]): string[] {
  return [...new Set(recorded.map(({ channel }) => channel))]
}
