import type { ChatEvent, ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { message, tick } from '@chat-battle/statistics/chat-events.fixture'
import { Random } from '@chat-battle/twitch-stub/random'
import { scatterBursts, type Burst, type JudgedChat } from './burst.ts'

const startMs = Date.UTC(2026, 0, 1)
const secondMs = 1000
const hourMs = 3_600_000
const tickEveryS = 5
/** Before this no burst begins: a detector has to learn what is usual. */
const warmUpMs = 15 * 60_000
/** Part of the messages that answer another one, and how long an answer takes on average. */
const [answeredShare, answerAfterS] = [0.35, 9]
/** Waves that are no bursts, per hour, and how much faster chat is in them. */
const [wavesPerHour, waveFactor] = [4, 1.6]
/** The rate drifts between knots, and shifts to another level now and then. */
const [knotS, driftSpread, driftMemory] = [300, 0.16, 0.8]
const levelEveryS = 2700
const levels = [0.6, 0.8, 1, 1.3, 1.6]
const spamEveryS = 1200
const botEveryS = 600

export interface Simulation {
  /** Messages per second on average, without bursts. */
  rate: number
  hours: number
  burstsPerHour: number
  forS: number
  factor: number
  seed: number
}

/** Chat of people who differ widely in how much they write and who answer each other, at a rate that drifts. */
export function simulate(given: Simulation): JudgedChat {
  const { hours, burstsPerHour, forS, factor, seed } = given
  const random = new Random(seed)
  const bursts = scatterBursts({
    startMs: startMs + warmUpMs,
    endMs: startMs + hours * hourMs,
    count: Math.round(burstsPerHour * hours),
    forMs: forS * secondMs,
    factor,
    next: () => random.next(),
  })
  return { bursts, hours, natural: [], events: () => simulatedEvents(given, bursts) }
}

function* simulatedEvents({ rate, hours, seed }: Simulation, bursts: readonly Burst[]): Iterable<ChatEvent> {
  const random = new Random(seed + 1_000_003)
  const people = new People(rate, random)
  const drift = new Drift(random)
  const answers = new Map<number, number[]>()
  const seconds = hours * 3600
  for (let second = 0; second < seconds; second++) {
    const nowMs = startMs + second * secondMs
    const now = rate * drift.at(second)
    const events: ChatMessage[] = []
    const say = (author: number, given: Partial<ChatMessage> = {}) =>
      events.push(people.message(nowMs + random.below(secondMs), author, given))
    const spread = (author: number) => {
      if (!random.chance(answeredShare)) return
      const due = second + 1 + Math.floor(random.wait(answerAfterS))
      answers.set(due, [...(answers.get(due) ?? []), random.chance(0.5) ? author : people.anyone()])
    }
    for (let left = poisson(random, now * (1 - answeredShare)); left > 0; left--) {
      const author = people.anyone()
      say(author)
      spread(author)
    }
    for (const author of answers.get(second) ?? []) {
      say(author)
      spread(author)
    }
    answers.delete(second)
    const burst = bursts.find((each) => nowMs >= each.startMs - 999 && nowMs < each.endMs)
    if (burst !== undefined) {
      const covered = Math.min(nowMs + secondMs, burst.endMs) - Math.max(nowMs, burst.startMs)
      for (let left = poisson(random, ((burst.factor - 1) * now * covered) / secondMs); left > 0; left--) {
        const at = Math.max(nowMs, burst.startMs) + Math.floor(random.next() * covered)
        events.push(people.message(at, people.someone(), { message: 'WOW' }))
      }
    }
    if (random.chance(1 / spamEveryS)) spam(events, people, nowMs, random)
    if (random.chance(1 / botEveryS)) say(0, { username: 'nightbot', user_id: 'bot', is_bot: true })
    yield* events.sort((a, b) => a.timestamp - b.timestamp)
    if (second % tickEveryS === 0) yield tick(nowMs + secondMs - 1, nowMs - tickEveryS * secondMs)
  }
}

/** One person who writes many times within a second. */
function spam(events: ChatMessage[], people: People, nowMs: number, random: Random): void {
  const author = people.someone()
  for (let left = 5 + random.below(8); left > 0; left--)
    events.push(people.message(nowMs + random.below(secondMs), author, { message: 'LOOK AT ME' }))
}

/** The people of a channel: by Zipf's law, few write much. */
class People {
  readonly #cumulated: number[] = []
  readonly #random: Random

  constructor(rate: number, random: Random) {
    this.#random = random
    const size = Math.round(25 + 400 * Math.sqrt(rate))
    let sum = 0
    for (let rank = 1; rank <= size; rank++) this.#cumulated.push((sum += 1 / rank ** 0.9))
  }

  /** By how much they write. */
  anyone(): number {
    const wanted = this.#random.next() * (this.#cumulated.at(-1) ?? 0)
    let [low, high] = [0, this.#cumulated.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#cumulated[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  /** A person of all who read along: many write in a burst and little else. */
  someone(): number {
    return this.#random.below(this.#cumulated.length)
  }

  message(timestamp: number, author: number, given: Partial<ChatMessage>): ChatMessage {
    return message(timestamp, { user_id: String(1000 + author), username: `person_${author}`, ...given })
  }
}

/** How many times the usual rate chat has, by the second. */
class Drift {
  readonly #random: Random
  #from = 0
  #to = 0
  #level = 1
  #nextLevel = 1
  #levelChangedS = -Infinity
  #waveUntilS = 0

  constructor(random: Random) {
    this.#random = random
  }

  at(second: number): number {
    const random = this.#random
    if (second % knotS === 0) {
      this.#from = this.#to
      this.#to = driftMemory * this.#to + driftSpread * gaussian(random)
    }
    if (random.chance(1 / levelEveryS)) {
      this.#level = this.#nextLevel
      this.#nextLevel = random.pick(levels)
      this.#levelChangedS = second
    }
    if (random.chance(wavesPerHour / 3600)) this.#waveUntilS = second + 20 + random.below(21)
    const between = (second % knotS) / knotS
    // A new level is reached within 90 s.
    const changed = Math.min(1, (second - this.#levelChangedS) / 90)
    const level = this.#level + (this.#nextLevel - this.#level) * changed
    const wave = second < this.#waveUntilS ? waveFactor : 1
    return Math.exp(this.#from + (this.#to - this.#from) * between) * level * wave
  }
}

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

/** Knuth's method; a sum of parts above 30, where e^-mean has few digits left. */
function poisson(random: Random, mean: number): number {
  if (mean > 30) return poisson(random, mean / 2) + poisson(random, mean / 2)
  const limit = Math.exp(-mean)
  let count = -1
  for (let product = 1; product > limit; product *= random.next()) count++
  return count
}
