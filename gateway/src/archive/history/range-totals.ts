import type { EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { countFigures } from '@chat-battle/contracts/records/figures'
import { moodOf } from '@chat-battle/contracts/records/mood'
import {
  historyTopLength,
  type History,
  type HistoryTotals,
} from '@chat-battle/contracts/rest/routes/get-history'
import { RangeSketch } from '@chat-battle/statistics/collections/range-sketch'
import { RankedSum, type RankedTotal, type WindowRanking } from './ranked-sum.ts'
import type { HistoryWindow, SummaryParts } from './window-rows.ts'

interface EmoteInfo {
  readonly id: string
  readonly name: string
  readonly provider: EmoteProvider
}

interface PersonInfo {
  readonly username: string
  readonly bot: boolean
}

type Lists = Pick<History, 'top_emotes' | 'top_chatters' | 'top_bots' | 'max_missed'>

const summed = countFigures.filter((name) => name !== 'unique_chatters')
/** A window without a summary lists this many, as its statistics do. */
const statsTopLength = 10

/** Sums, distinct people and rankings of windows, in any order. */
export class RangeTotals {
  readonly #sums = new Map(summed.map((name) => [name, 0]))
  readonly #people = new RangeSketch()
  readonly #emotes = new RankedSum<EmoteInfo>()
  readonly #chatters = new RankedSum<PersonInfo>()
  readonly #viewers = { peak: 0, sum: 0, minutes: 0 }
  readonly #moods = { positive: 0, negative: 0, neutral: 0 }
  readonly #notices = new Map<string, number>()
  #windowsWithPeople = 0
  #mostPeople = 0
  #withoutSummary = 0

  get notices(): Record<string, number> {
    return Object.fromEntries(this.#notices)
  }

  /** Of the minutes with a count. */
  get viewers(): History['viewers'] {
    const { peak, sum, minutes } = this.#viewers
    return minutes === 0 ? null : { peak, average: Math.round(sum / minutes) }
  }

  /** Of all messages of the windows. */
  get mood(): History['mood'] {
    return moodOf(this.#moods, this.#sums.get('message_count') ?? 0)
  }

  get withoutSummary(): number {
    return this.#withoutSummary
  }

  /** Whether the rankings forgot rare ids. */
  get isCut(): boolean {
    return this.#emotes.isCut || this.#chatters.isCut
  }

  add({ stats, summary }: HistoryWindow): void {
    for (const name of summed) this.#sums.set(name, (this.#sums.get(name) ?? 0) + (stats[name] ?? 0))
    for (const [kind, count] of Object.entries(stats.notices))
      this.#notices.set(kind, (this.#notices.get(kind) ?? 0) + count)
    this.#addViewers(stats)
    this.#addMoods(stats)
    if (stats.unique_chatters > 0) this.#windowsWithPeople++
    this.#mostPeople = Math.max(this.#mostPeople, stats.unique_chatters)
    if (summary !== undefined) this.#people.merge(summary.sketch)
    else if (stats.unique_chatters > 0) this.#withoutSummary++
    this.#emotes.add(rankingOf(emotesOfStats(stats), summary && emotesOfSummary(summary), summary?.isEarlier))
    this.#chatters.add(
      rankingOf(peopleOfStats(stats), summary && peopleOfSummary(summary), summary?.isEarlier),
    )
  }

  totals(from: number, to: number): HistoryTotals {
    const sums = Object.fromEntries(this.#sums) as Omit<HistoryTotals, 'from' | 'to' | 'unique_chatters'>
    return { from, to, unique_chatters: this.#uniqueChatters(), ...sums }
  }

  lists(): Lists {
    const people = this.#chatters.ranked()
    const top = (isBot: boolean) =>
      people
        .filter(({ info }) => info.bot === isBot)
        .slice(0, historyTopLength)
        .map(({ key, info, ...total }) => ({ user_id: key, ...info, ...countOf(total) }))
    return {
      top_emotes: this.#emotes
        .ranked()
        .slice(0, historyTopLength)
        .map(({ info, ...total }) => ({ ...info, ...countOf(total) })),
      top_chatters: top(false),
      top_bots: top(true),
      max_missed: Math.max(this.#emotes.maxMissed, this.#chatters.maxMissed),
    }
  }

  #addViewers({ viewers }: ChannelStats): void {
    for (const count of viewers?.series.counts ?? []) {
      if (count === null) continue
      this.#viewers.peak = Math.max(this.#viewers.peak, count)
      this.#viewers.sum += count
      this.#viewers.minutes++
    }
  }

  #addMoods({ mood_series: series }: ChannelStats): void {
    if (series === null) return
    for (const name of ['positive', 'negative', 'neutral'] as const)
      this.#moods[name] += series[name].reduce((sum, count) => sum + count, 0)
  }

  /** The number of one window is exact, and the union is at least its largest window. */
  #uniqueChatters(): number {
    if (this.#windowsWithPeople <= 1) return this.#mostPeople
    return Math.max(this.#mostPeople, this.#people.estimate())
  }
}

/** The summary's, or of the statistics where there is no summary, or an earlier one. */
function rankingOf<Info>(
  ofStats: WindowRanking<Info>,
  ofSummary: WindowRanking<Info> | undefined,
  isEarlier = false,
): WindowRanking<Info> {
  if (ofSummary === undefined) return ofStats
  if (!isEarlier) return ofSummary
  const top = new Set(ofStats.entries.map(([key]) => key))
  // Above the last of the top ten is only who was banned since.
  const earlier = ofSummary.entries.filter(([key, , count]) => !top.has(key) && count <= ofStats.maxUnlisted)
  return { ...ofStats, earlier }
}

function emotesOfSummary({ emotes }: SummaryParts): WindowRanking<EmoteInfo> {
  return {
    entries: emotes.entries.map(([id, name, count, provider]) => emoteEntry({ id, name, provider }, count)),
    maxUnlisted: emotes.max_unlisted,
    maxLow: emotes.max_low,
  }
}

function peopleOfSummary({ people }: SummaryParts): WindowRanking<PersonInfo> {
  return {
    entries: people.entries.map(([id, username, count, bot]) => [id, { username, bot }, count]),
    maxUnlisted: people.max_unlisted,
    maxLow: people.max_low,
  }
}

function emotesOfStats({ top_emotes }: ChannelStats): WindowRanking<EmoteInfo> {
  const entries = top_emotes.map(({ count, ...emote }) => emoteEntry(emote, count))
  return { entries, ...boundsOf(top_emotes) }
}

function peopleOfStats({ top_chatters, top_bots }: ChannelStats): WindowRanking<PersonInfo> {
  const bots = top_bots ?? []
  const entries = [...top_chatters, ...bots].map(
    ({ user_id, username, bot, count }) => [user_id, { username, bot }, count] as const,
  )
  const [ofPeople, ofBots] = [boundsOf(top_chatters), boundsOf(bots)]
  return { entries, ...ofPeople, maxUnlisted: Math.max(ofPeople.maxUnlisted, ofBots.maxUnlisted) }
}

function emoteEntry(emote: EmoteInfo, count: number) {
  return [`${emote.provider}:${emote.id}`, emote, count] as const
}

function countOf({ count, maxMissed }: Pick<RankedTotal<unknown>, 'count' | 'maxMissed'>) {
  return { count, max_missed: maxMissed }
}

/** A person outside of a full top ten has at most the count of its last entry. */
function boundsOf(top: readonly { count: number }[]) {
  return { maxUnlisted: top.length < statsTopLength ? 0 : (top.at(-1)?.count ?? 0), maxLow: 0 }
}
