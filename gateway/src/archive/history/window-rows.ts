import type { z } from 'zod'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import {
  summaryEmotes,
  summaryPeople,
  summarySteps,
  type WindowSummary,
} from '@chat-battle/contracts/records/window-summary'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import type { ArchiveReader } from '../archive-reader.ts'

/** What a summary adds to a window's statistics. The bytes are those of a `RangeSketch`. */
export interface SummaryParts extends Pick<WindowSummary, 'emotes' | 'people' | 'steps'> {
  readonly sketch: Uint8Array
  /** It was written before the statistics beside it: counts may have grown since. */
  readonly isEarlier: boolean
}

export interface HistoryWindow {
  readonly stats: ChannelStats
  /** Undefined: the window was archived by a version without summaries, or its summary is not archived yet. */
  readonly summary: SummaryParts | undefined
}

/** About half a day: a page of a busy channel has 2 MB. */
const pageSize = 72

const columns = 'stats, sketch, emotes, people, steps'

/** The closed windows of a channel that start in a range, epoch ms, oldest first, a page at a time. */
export async function* readWindowRows(
  archive: Pick<ArchiveReader, 'page'>,
  channelId: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): AsyncGenerator<HistoryWindow[]> {
  const query = `SELECT ${columns} FROM channel_windows WHERE channel_id = ? AND window_start >= ? AND window_start < ? ORDER BY window_start ASC`
  const values = [channelId, new Date(fromMs), new Date(toMs)]
  let pageState: string | undefined
  do {
    const page = await archive.page(query, values, { pageSize, pageState })
    yield page.rows.flatMap(readRow)
    pageState = page.pageState
  } while (pageState !== undefined)
}

/** A row has the summary alone while its statistics are not archived yet. */
function readRow({ stats, sketch, emotes, people, steps }: SelectedRow): HistoryWindow[] {
  const window = readJson(channelStats, stats)
  if (window === undefined) return []
  const parts = [
    readJson(summaryEmotes, emotes),
    readJson(summaryPeople, people),
    readJson(summarySteps, steps),
  ] as const
  const [ofEmotes, ofPeople, ofSteps] = parts
  const isWhole =
    sketch instanceof Uint8Array && ofEmotes !== undefined && ofPeople !== undefined && ofSteps !== undefined
  const summary = isWhole
    ? { sketch, emotes: ofEmotes, people: ofPeople, steps: ofSteps, isEarlier: false }
    : undefined
  return [{ stats: window, summary }]
}

function readJson<Schema extends z.ZodType>(schema: Schema, text: unknown): z.output<Schema> | undefined {
  return typeof text === 'string' ? schema.parse(JSON.parse(text)) : undefined
}
