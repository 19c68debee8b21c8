import { startArchiveFixture } from '@chat-battle/gateway/archive.fixture'
import { searchMessages, type SearchRequest } from '@chat-battle/gateway/search'
import type { FoundMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { positiveNumber, runCommand } from '@chat-battle/runtime/process/command-line'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { provideCassandra } from './data-folder.ts'
import { quantile } from './quantile.ts'

const usage = `Measures searches in the archived messages of one channel over seven days.

  pnpm bench:search [--messages 1000000] [--rounds 30]

With CASSANDRA_CONTACT_POINTS it uses that node, else it starts one.`

const channelId = '1001'
const windows = 7 * 24 * 6
const hourMs = 60 * 60_000
/** One message in so many has the rare word. */
const rareEvery = 100_000
const people = 20_000

/** The searches: a word in one message of 100,000, a word in two of five, an emote in one of ten, and a person with one in 2,000. */
const searches = {
  'a rare word': { words: 'needle' },
  'a frequent word': { words: 'game' },
  'an emote': { emote: 'Kappa' },
  'a person': { user: 'person7' },
} as const

let state = 7
/** A whole number below `below`; the same in every run. */
function random(below: number): number {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31
  return Math.floor((state / 2 ** 31) * below)
}

const words = Array.from({ length: 3000 }, (_, index) => (index === 0 ? 'game' : `word${index.toString(36)}`))
/** The first ones more often, as in any language. */
const pick = (length: number) => Math.floor(length ** (random(2 ** 20) / 2 ** 20)) - 1

function chatMessage(number: number, timestamp: number) {
  const text = Array.from({ length: 2 + random(9) }, () => words[pick(words.length)] ?? '')
  if (number % rareEvery === rareEvery / 2) text.push('needle')
  const hasEmote = number % 10 === 0
  const person = number % 2000 === 0 ? 7 : 8 + pick(people)
  return message(timestamp, {
    channel_id: channelId,
    message_id: `bench-0000-0000-0000-${String(number).padStart(12, '0')}`,
    user_id: String(person),
    username: `person${person}`,
    display_name: `Person${person}`,
    message: [...(hasEmote ? ['Kappa'] : []), ...text].join(' '),
    emotes: hasEmote ? [{ id: '25', name: 'Kappa', start: 0, end: 4, provider: 'twitch' }] : [],
    badges: { subscriber: '12' },
  })
}

async function fill(
  write: Awaited<ReturnType<typeof startArchiveFixture>>['write'],
  from: number,
  perWindow: number,
): Promise<void> {
  for (let window = 0; window < windows; window++) {
    const start = from + window * windowMs
    await write(
      Array.from({ length: perWindow }, (_, index) => {
        const offset = window * perWindow + index
        const timestamp = start + Math.floor((index * windowMs) / perWindow)
        return { event: chatMessage(offset, timestamp), offset, appendedAtMs: timestamp + 100 }
      }),
    )
  }
}

type Search = (request: Omit<SearchRequest, 'channelId'>) => Promise<FoundMessages>

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const beganMs = performance.now()
  const result = await work()
  return [performance.now() - beganMs, result]
}

/** First pages of a range that ends at different times. */
async function firstPages(search: Search, request: SearchRequest, lengthMs: number, rounds: number) {
  const { from, to, channelId: _, ...terms } = request
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const end = to - Math.floor((round * (to - from - lengthMs)) / rounds)
    times.push((await timed(() => search({ ...terms, from: end - lengthMs, to: end })))[0])
  }
  return [quantile(times, 0.5), quantile(times, 0.95)].map((ms) => `${Math.round(ms)} ms`).join(', p95 ')
}

/** Every page of a range, where a page is left as soon as it says how far it came. */
async function wholeRange(search: Search, request: SearchRequest) {
  let [pages, matched, scannedFrom] = [0, 0, request.to]
  const [ms] = await timed(async () => {
    while (scannedFrom > request.from) {
      const page = await search({ ...request, to: scannedFrom })
      ;[pages, matched, scannedFrom] = [pages + 1, matched + page.matched, page.scanned.from]
    }
  })
  return `${matched} matches, ${pages} requests, ${Math.round(ms)} ms`
}

async function measure(messages: number, rounds: number): Promise<void> {
  await using stack = new AsyncDisposableStack()
  await provideCassandra(stack)
  const { archive, write } = stack.use(await startArchiveFixture())
  const to = windowStart(Date.now())
  const from = to - windows * windowMs
  await fill(write, from, Math.ceil(messages / windows))
  console.log(`${windows} windows with ${Math.ceil(messages / windows)} messages each are archived`)
  const search: Search = (request) => searchMessages(archive, { channelId, ...request })
  for (const [name, terms] of Object.entries(searches)) {
    const request = { channelId, from, to, ...terms }
    const day = await firstPages(search, request, 24 * hourMs, rounds)
    const week = await firstPages(search, request, to - from, rounds)
    console.log(
      `${name}: a request of a day ${day}; of the week ${week}; all of it: ${await wholeRange(search, request)}`,
    )
  }
}

await runCommand(
  {
    usage,
    options: { messages: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '30' } },
  },
  async ({ values }) => {
    await measure(positiveNumber('messages', values.messages), positiveNumber('rounds', values.rounds))
    return 0
  },
)
