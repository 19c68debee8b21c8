import { knownBots } from '@chat-battle/contracts/known-bots'
import { onePerson, withoutMentions } from '@chat-battle/contracts/records/anonymise'
import type { ChatMessage, Moderation, Notice, Privacy } from '@chat-battle/contracts/records/chat-event'
import { limitsAt, type Limits } from './baseline.ts'
import { binMs, binOf, rememberedBins, type Bin } from './bins.ts'
import { EndedMoment, type MomentContent } from './ended-moments.ts'
import { keptMessage, MessageSample, type KeptMessage } from './message-sample.ts'
import { emptyParts, type ChangedMoment, type MomentParts, type TrackedMoment } from './moment-parts.ts'
import { OpenMoment } from './open-moment.ts'
import { togetherBins } from './recent-bins.ts'
import type { Removed } from './strip-moment.ts'

/** A moment needs messages of at least so many people within three bins. */
const minPeople = 4
/** With at least so many messages in three bins, limits are computed and texts are kept. */
const minNoticed = 4
/** A moment ends when so many bins in succession are not high. */
const endAfterBins = 6
/** A start within so many bins after an end continues the moment. */
const continueWithinBins = 9
const maxMomentBins = 60

const none: readonly ChangedMoment[] = []

/**
 * Finds the moments of a channel: a function of the channel's counted events, in their order. docs/moments.md describes the rules.
 */
export class ChannelMoments {
  readonly #parts: MomentParts
  /** Of the open bin; null: there is no baseline yet; undefined: not computed. */
  #limits: Limits | null | undefined
  #changed: Map<TrackedMoment, boolean> | undefined

  constructor(parts: Partial<MomentParts> = {}) {
    this.#parts = { ...emptyParts(), ...parts }
  }

  get parts(): Readonly<MomentParts> {
    return this.#parts
  }

  /** The moments that changed since the last call. */
  takeChanged(): readonly ChangedMoment[] {
    const changed = this.#changed
    if (changed === undefined) return none
    this.#changed = undefined
    return Array.from(changed, ([moment, isUrgent]) => ({ moment, isUrgent }))
  }

  /** A moment of this channel as it is now. */
  content(moment: TrackedMoment): MomentContent {
    const settled = moment instanceof OpenMoment ? moment.settled : moment
    if (settled !== undefined) return settled.content
    return (moment as OpenMoment).content(this.#parts.bins.all)
  }

  /** The channel's time is now `timeMs`. Closes the bins before. */
  advance(timeMs: number): void {
    const { bins } = this.#parts
    const index = binOf(timeMs)
    if (index <= bins.openIndex) return
    bins.open(index)
    this.#limits = undefined
    this.#endCurrent(index)
    this.#forgetOld(index)
  }

  /** The channel was covered from `fromMs` to `toMs`, its time. What lies between this and the time before is unknown. */
  noteCoverage(fromMs: number, toMs: number): void {
    const { coveredToMs, bins } = this.#parts
    if (coveredToMs > 0 && fromMs > coveredToMs) {
      bins.history.forget(binOf(coveredToMs), binOf(fromMs - 1))
      this.#limits = undefined
    }
    this.#parts.coveredToMs = Math.max(coveredToMs, toMs)
  }

  /** Counts a message. `isHidden`: whether it or its person is moderated, so that its text is not kept. */
  addMessage(message: ChatMessage, isHidden: () => boolean): void {
    const { username, is_bot, source_channel_id, timestamp } = message
    if (source_channel_id !== null || (is_bot ?? knownBots.has(username))) return
    const { bins, current } = this.#parts
    const bin = bins.find(binOf(timestamp))
    if (bin === undefined) return
    const isCounted = bin.count(message)
    if (isCounted && bin.index !== bins.openIndex) bins.noteLate(bin)
    if (current !== undefined && !current.isEnded) return this.#growCurrent(current, bin, message, isHidden)
    if (!isCounted || bins.countTogether() < minNoticed) return
    this.#consider(bin, message, isHidden)
  }

  addNotice(notice: Notice): void {
    const { events, current } = this.#parts
    if (!events.add(notice) || current === undefined) return
    if (current.isEvent || !events.standAt(current.startMs)) return
    current.isEvent = true
    this.#note(current, true)
  }

  /** Removes the texts that moderation reaches. */
  moderate({ action, target_message_id, target_user_id, timestamp }: Moderation): void {
    if (action === 'clear_chat') this.#clear(timestamp)
    else if (action === 'delete_message') {
      if (target_message_id !== null) this.#remove({ messageId: target_message_id })
    } else if (target_user_id !== null) this.#remove({ userId: target_user_id })
  }

  /** A person opted out: their texts go, and those of others lose the mentions of them. */
  anonymise({ user_id, anonymous_id, names }: Privacy): void {
    this.#remove({ userId: user_id })
    const { sample, current, ended } = this.#parts
    const person = onePerson(user_id, anonymous_id, names)
    const edit = (text: string) => withoutMentions(text, [], person)?.message
    sample.editTexts(edit)
    if (current?.sample.editTexts(edit) === true) this.#note(current, true)
    for (const moment of ended.all) if (moment.editTexts(edit)) this.#note(moment, true)
  }

  /** The channel is forgotten: a moment that lasts ends. */
  close(): void {
    const { current } = this.#parts
    if (current !== undefined && !current.isEnded) this.#end(current)
  }

  #remove(removed: Exclude<Removed, 'all'>): void {
    const isGone =
      'userId' in removed
        ? ({ user }: KeptMessage) => user === removed.userId
        : ({ id }: KeptMessage) => id === removed.messageId
    this.#removeKept(isGone)
    for (const moment of this.#parts.ended.all) if (moment.strip(removed)) this.#note(moment, true)
  }

  #clear(untilMs: number): void {
    this.#removeKept(({ at }) => at <= untilMs)
    for (const moment of this.#parts.ended.all)
      if (moment.content.start <= untilMs && moment.strip('all')) this.#note(moment, true)
  }

  #removeKept(isGone: (message: KeptMessage) => boolean): void {
    const { sample, current } = this.#parts
    if (!sample.isEmpty) sample.remove(isGone)
    if (current?.sample.remove(isGone) === true) this.#note(current, true)
  }

  #growCurrent(current: OpenMoment, bin: Bin, message: ChatMessage, isHidden: () => boolean): void {
    if (!isHidden()) current.sample.add(keptMessage(message))
    if (bin.index > current.lastHigh && bin.capped >= current.high) current.lastHigh = bin.index
    if (current.has(bin)) this.#note(current, false)
  }

  /** Looks whether a moment begins. */
  #consider(bin: Bin, message: ChatMessage, isHidden: () => boolean): void {
    const { excluded, bins, sample } = this.#parts
    if (this.#limits === undefined) this.#limits = limitsAt(bins.history, bins.openIndex, excluded) ?? null
    const limits = this.#limits
    if (limits === null) return
    const isHigh = bin.capped >= limits.high
    const wasHigh = (bins.find(bin.index - 1)?.capped ?? 0) >= limits.high
    if (!isHigh && !wasHigh) return
    if (!isHidden()) sample.add(keptMessage(message))
    const isOneBin = bin.capped >= limits.oneBin && wasHigh
    if (!isOneBin && bins.countTogether() < limits.threeBins) return
    if (bins.hasPeople(minPeople)) this.#begin(limits)
  }

  #begin({ mean, high, lasting }: Limits): void {
    const { bins, current, events, sample } = this.#parts
    const { first, last } = bins.newestHigh(high, (current?.lastHigh ?? 0) + 1)
    if (current !== undefined && first <= current.lastHigh + continueWithinBins) {
      current.isEnded = false
      current.lastHigh = last
      for (const message of sample.messagesBetween(0, Infinity)) current.sample.add(message)
      this.#parts.sample = new MessageSample()
      return this.#note(current, true)
    }
    this.#settle()
    const moment = new OpenMoment({ first, mean, high: lasting, sample })
    moment.lastHigh = last
    moment.isEvent = events.standAt(moment.startMs)
    this.#parts.current = moment
    this.#parts.sample = new MessageSample()
    this.#note(moment, true)
  }

  #endCurrent(index: number): void {
    const { current } = this.#parts
    if (current === undefined) return
    if (current.isEnded) {
      // A moment that begins in the open bin may reach back by two bins.
      if (index > current.lastHigh + continueWithinBins + togetherBins - 1) this.#settle()
    } else if (index - current.first >= maxMomentBins) {
      // As long as this, it is the new usual: the baseline gets its bins.
      this.#parts.excluded = this.#parts.excluded.filter(([first]) => first !== current.first)
      this.#end(current)
      this.#settle()
    } else if (index - current.lastHigh > endAfterBins) {
      this.#parts.excluded.push([current.first, current.lastHigh])
      this.#end(current)
    }
  }

  #end(current: OpenMoment): void {
    current.isEnded = true
    this.#note(current, true)
  }

  /** The moment cannot go on any more. */
  #settle(): void {
    const { current, bins, ended } = this.#parts
    if (current === undefined) return
    current.settled = new EndedMoment(current.content(bins.all))
    ended.add(current.settled)
    this.#parts.current = undefined
  }

  #forgetOld(index: number): void {
    const { bins, current, sample, events, ended } = this.#parts
    for (let first = bins.all[0]; first !== undefined && this.#isOver(first); first = bins.all[0]) {
      if (current?.has(first) === true) current.addBin(first)
      bins.dropFirst()
    }
    const firstMs = (bins.all[0]?.index ?? index) * binMs
    if (current === undefined && !sample.isEmpty) sample.remove(({ at }) => at < firstMs)
    events.forgetBefore(firstMs)
    ended.forgetAt(firstMs)
    if (this.#parts.excluded.length > 0)
      this.#parts.excluded = this.#parts.excluded.filter(([, last]) => last > index - rememberedBins)
  }

  /** Whether no message is counted in a bin any more. What a moment may still get is kept. */
  #isOver(bin: Bin): boolean {
    const { bins, current } = this.#parts
    if (bins.isTogether(bin)) return false
    return current === undefined || bin.index <= current.lastHigh
  }

  #note(moment: TrackedMoment, isUrgent: boolean): void {
    this.#changed ??= new Map()
    if (isUrgent || !this.#changed.has(moment)) this.#changed.set(moment, isUrgent)
  }
}
