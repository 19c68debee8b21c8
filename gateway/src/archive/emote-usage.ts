import { furtherEmotes, summaryEmotes } from '@chat-battle/contracts/records/window-summary'
import { emoteUsageMs } from '@chat-battle/contracts/rest/routes/list-emotes'
import { usedEmoteKey, type UsedEmote } from '../emotes/emote-list.ts'
import { RequestRefused } from '../refusal.ts'
import type { Places } from '../limits/places.ts'
import type { ArchiveReader } from './archive-reader.ts'

const dayMs = 24 * 60 * 60 * 1000
/** A busy window's row has about 10 kB. */
const rowsPerPage = 50
/** A day is read again after so long: the archive may have been late. */
const endedDayForMs = 60 * 60 * 1000
const presentDayForMs = 60 * 1000
/** Of all days in memory together; the day that was read the longest ago goes first. */
const defaultMaxEmotes = 300_000
/** Channels whose days are read at the same time. */
export const maxUsageReads = 4

/** What the archive has of a day, or of several. */
export interface EmoteUsage {
  /** By `usedEmoteKey`. */
  readonly used: ReadonlyMap<string, UsedEmote>
  /** By how much a count may be low. */
  readonly maxMissed: number
  readonly windowsWithoutSummary: number
  /** Starts of the windows whose summary the archive has. */
  readonly windows: ReadonlySet<number>
}

interface Day extends EmoteUsage {
  readonly readAtMs: number
}

export interface EmoteUsageOptions {
  archive: Pick<ArchiveReader, 'page'>
  places: Places
  /** Epoch ms. */
  now?: () => number
  maxEmotes?: number
}

/** How often emotes were used in the last seven days, by the summaries of the archive's windows. Days are kept in memory for a while. */
export class EmoteUsageReader {
  readonly #options: EmoteUsageOptions
  readonly #now: () => number
  readonly #days = new Map<string, Day>()
  readonly #underWay = new Map<string, Promise<EmoteUsage>>()
  #emotes = 0

  constructor(options: EmoteUsageOptions) {
    this.#options = options
    this.#now = options.now ?? (() => Date.now())
  }

  /** Epoch ms: whole days, the present one included. */
  range(): { from: number; to: number } {
    const nowMs = this.#now()
    return { from: dayOf(nowMs) + dayMs - emoteUsageMs, to: nowMs }
  }

  /** Rejects with `RequestRefused`. At most one reading per channel is under way. */
  of(channelId: string): Promise<EmoteUsage> {
    const known = this.#underWay.get(channelId)
    if (known !== undefined) return known
    const reading = this.#readAll(channelId).finally(() => this.#underWay.delete(channelId))
    this.#underWay.set(channelId, reading)
    return reading
  }

  async #readAll(channelId: string): Promise<EmoteUsage> {
    const release = this.#options.places.take()
    if (release === undefined) {
      const reason = `the emotes of ${maxUsageReads} channels are being counted; try again in a few seconds`
      throw new RequestRefused('rate_limited', reason)
    }
    try {
      const total = new UsageSum()
      for (let from = this.range().from; from <= this.#now(); from += dayMs)
        total.addAll(await this.#day(channelId, from))
      return total
    } finally {
      release()
    }
  }

  async #day(channelId: string, from: number): Promise<EmoteUsage> {
    const key = `${channelId}:${from}`
    const forMs = from + dayMs > this.#now() ? presentDayForMs : endedDayForMs
    const known = this.#days.get(key)
    if (known !== undefined && this.#now() - known.readAtMs < forMs) return known
    const sum = new UsageSum()
    let pageState: string | undefined
    do {
      const page = await this.#options.archive.page(
        'SELECT window_start, emotes, further_emotes FROM channel_windows WHERE channel_id = ? AND window_start >= ? AND window_start < ?',
        [channelId, new Date(from), new Date(from + dayMs)],
        { pageSize: rowsPerPage, pageState },
      )
      for (const { window_start, emotes, further_emotes } of page.rows)
        if (window_start instanceof Date) sum.addWindow(window_start.getTime(), emotes, further_emotes)
      pageState = page.pageState
    } while (pageState !== undefined)
    this.#keep(key, Object.assign(sum, { readAtMs: this.#now() }))
    return sum
  }

  #keep(key: string, day: Day): void {
    this.#forget(key)
    this.#days.set(key, day)
    this.#emotes += day.used.size + 1
    const { maxEmotes = defaultMaxEmotes } = this.#options
    for (const oldest of this.#days.keys()) {
      if (this.#emotes <= maxEmotes) return
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    const day = this.#days.get(key)
    if (day === undefined) return
    this.#emotes -= day.used.size + 1
    this.#days.delete(key)
  }
}

/** Adds up windows, or sums of windows. */
class UsageSum implements EmoteUsage {
  readonly used = new Map<string, UsedEmote>()
  readonly windows = new Set<number>()
  maxMissed = 0
  windowsWithoutSummary = 0

  /** The columns: JSON of `summaryEmotes`, and of `furtherEmotes` where the window had more. */
  addWindow(start: number, emotes: unknown, furtherColumn: unknown): void {
    const read = summaryEmotes.safeParse(parseJson(emotes))
    if (!read.success) {
      this.windowsWithoutSummary++
      return
    }
    this.windows.add(start)
    const { entries, max_unlisted, max_low } = read.data
    const further = furtherEmotes.safeParse(parseJson(furtherColumn)).data
    for (const [id, name, count, provider] of [...entries, ...(further?.entries ?? [])])
      this.#add({ provider, id, name, count, lastUsed: start })
    this.maxMissed += Math.max(further?.max_unlisted ?? max_unlisted, max_low)
  }

  addAll(other: EmoteUsage): void {
    for (const emote of other.used.values()) this.#add(emote)
    for (const start of other.windows) this.windows.add(start)
    this.maxMissed += other.maxMissed
    this.windowsWithoutSummary += other.windowsWithoutSummary
  }

  #add(emote: UsedEmote): void {
    const key = usedEmoteKey(emote)
    const known = this.used.get(key)
    if (known === undefined) return void this.used.set(key, emote)
    const newer = emote.lastUsed >= known.lastUsed ? emote : known
    this.used.set(key, { ...newer, count: known.count + emote.count })
  }
}

function dayOf(atMs: number): number {
  return atMs - (atMs % dayMs)
}

function parseJson(column: unknown): unknown {
  try {
    return typeof column === 'string' ? JSON.parse(column) : undefined
  } catch {
    return undefined
  }
}
