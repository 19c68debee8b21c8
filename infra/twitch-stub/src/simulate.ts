import { clearchat, clearmsg, privmsg, usernotice, type Person, type Room } from './irc-text.ts'
import { Random } from './random.ts'
import type { ChannelProfile } from './simulated-channels.ts'
import { simulatedPerson } from './simulated-people.ts'

/** Twitch's own emotes, which every channel has. */
const emotes = [
  ['25', 'Kappa'],
  ['1902', 'Keepo'],
  ['425618', 'LUL'],
  ['305954156', 'PogChamp'],
  ['30259', 'HeyGuys'],
  ['41', 'Kreygasm'],
  ['86', 'BibleThump'],
  ['245', 'ResidentSleeper'],
  ['114836', 'Jebaited'],
  ['58765', 'NotLikeThis'],
  ['81274', 'VoHiYo'],
  ['160404', 'TehePelo'],
] as const
const phrases = [
  'that was close',
  'what a play',
  'hello from Lisbon',
  'first time here, this is fun',
  'again again again',
  'no way',
  'gg',
  'who is winning?',
  'the music is so good today',
  'qué bonito',
  'これはすごい',
  'c’est parti 🎉',
  'brb getting tea ☕',
  'clip it',
  'one more round please',
  'das war knapp',
  'how long until the next break?',
  'that sound is new',
  'love this part',
  'naïve question: why not the other way?',
  'wait what',
  '🔥🔥🔥',
  'my cat just walked over the keyboard',
  'good morning chat',
] as const
/** Text, or an emote of Twitch by id and name. A third-party emote is text to Twitch. */
type Word = string | readonly [id: string, name: string]

const copypasta = 'dear diary, today the chat was so fast that nobody will ever know I wrote this'
const bots = ['nightbot', 'streamelements', 'moobot'] as const
const remembered = 40

export interface SimulatedLine {
  /** When it is sent, epoch ms; its own timestamp may lie a little before. */
  atMs: number
  line: string
}

/** The endless chat of one channel from `startMs` on: a function of its seed. */
export function* simulateChannel(
  profile: ChannelProfile,
  room: Room,
  seed: number,
  startMs: number,
): Generator<SimulatedLine, never> {
  const random = new Random(seed)
  const people = Array.from({ length: profile.chatters }, (_, index) => simulatedPerson(room, index, random))
  const botPeople = bots.map((login, index) => ({
    ...simulatedPerson(room, 90_000 + index, random),
    login,
    displayName: login,
  }))
  const spoken = new Set<string>()
  const recent: { id: string; person: Person }[] = []
  let atMs = startMs
  let burstUntilMs = 0
  let nextBurstMs = startMs + random.wait(profile.burst.everyS * 1000)
  const emoteWords: readonly Word[] = [...emotes, ...(profile.thirdParty ?? [])]
  let burstEmote: Word = emotes[0]
  let sequence = 0

  for (;;) {
    if (atMs >= nextBurstMs) {
      burstUntilMs = atMs + profile.burst.forS * 1000
      nextBurstMs = burstUntilMs + random.wait(profile.burst.everyS * 1000)
      burstEmote = random.pick(emoteWords)
    }
    const isBurst = atMs < burstUntilMs
    atMs += random.wait(1000 / (profile.linesPerSecond * (isBurst ? profile.burst.factor : 1)))
    const timestamp = Math.round(atMs - (random.chance(0.1) ? random.below(400) : 0))
    const id = `sim-${room.login}-${seed}-${startMs.toString(36)}-${++sequence}`
    // Squared, so that few people say much and many say little.
    const author = random.chance(0.02)
      ? random.pick(botPeople)
      : (people[Math.floor(random.next() ** 2 * people.length)] ?? random.pick(people))
    const other = (kind: number) => `${id}-${kind}`

    const { text, tag } = compose(random, profile, emoteWords, isBurst ? burstEmote : undefined)
    const replyTo = random.chance(0.04) ? recent[random.below(recent.length)] : undefined
    const line = privmsg(room, author, {
      id,
      timestamp,
      text,
      emotes: tag,
      isFirst: !spoken.has(author.id) && random.chance(0.15),
      isAction: random.chance(0.01),
      replyTo,
      ...(random.chance(0.008) ? { bits: random.pick([1, 50, 100, 500]) } : {}),
      ...(random.chance(0.02) ? { source: { roomId: '424242', id: other(1) } } : {}),
    })
    spoken.add(author.id)
    recent.push({ id, person: author })
    if (recent.length > remembered) recent.shift()
    yield { atMs, line }
    if (random.chance(0.005)) yield { atMs, line }
    yield* happenings(random, room, recent, atMs, other)
  }
}

/** What else happens in a chat: subscriptions, raids, moderation. */
function* happenings(
  random: Random,
  room: Room,
  recent: readonly { id: string; person: Person }[],
  atMs: number,
  id: (kind: number) => string,
): Generator<SimulatedLine, void> {
  const timestamp = Math.round(atMs)
  const said = random.pick(recent)
  const notice = (kind: string, systemMessage: string, params: Record<string, string | number>) =>
    usernotice(room, said.person, { id: id(2), timestamp, kind, systemMessage, params })
  if (random.chance(0.004)) {
    yield {
      atMs,
      line: notice('resub', `${said.person.displayName} subscribed again`, {
        'cumulative-months': 2 + random.below(40),
      }),
    }
  }
  if (random.chance(0.002)) {
    yield {
      atMs,
      line: notice('subgift', `${said.person.displayName} gifted a sub`, { 'recipient-id': '77', months: 1 }),
    }
  }
  if (random.chance(0.0006)) {
    yield {
      atMs,
      line: notice('raid', 'raiders have joined', {
        viewerCount: 20 + random.below(400),
        login: said.person.login,
      }),
    }
  }
  if (random.chance(0.003))
    yield { atMs, line: clearchat(room, said.person, timestamp, random.pick([10, 60, 600])) }
  if (random.chance(0.0004)) yield { atMs, line: clearchat(room, said.person, timestamp) }
  if (random.chance(0.003)) yield { atMs, line: clearmsg(room, said.person, said.id, timestamp) }
}

function compose(
  random: Random,
  profile: ChannelProfile,
  emoteWords: readonly Word[],
  burstEmote: Word | undefined,
): { text: string; tag: string } {
  if (burstEmote !== undefined && random.chance(0.2)) return { text: copypasta, tag: '' }
  const words: Word[] = []
  const wall = burstEmote !== undefined && random.chance(0.5) ? burstEmote : undefined
  if (wall === undefined) words.push(random.pick(phrases))
  const count =
    wall !== undefined ? 1 + random.below(6) : random.chance(profile.emoteShare) ? 1 + random.below(2) : 0
  for (let index = 0; index < count; index++) words.push(wall ?? random.pick(emoteWords))
  const places = new Map<string, string[]>()
  let text = ''
  for (const word of words) {
    if (text !== '') text += ' '
    if (typeof word === 'string') {
      text += word
      continue
    }
    const [id, name] = word
    const start = [...text].length
    places.set(id, [...(places.get(id) ?? []), `${start}-${start + name.length - 1}`])
    text += name
  }
  return { text, tag: [...places].map(([id, ranges]) => `${id}:${ranges.join(',')}`).join('/') }
}
