import { message } from '@chat-battle/statistics/chat-events.fixture'

const words = ['that', 'was', 'close', 'what', 'a', 'play', 'again', 'no', 'way', 'gg', 'clip', 'it', 'Kappa']
const emotes = Array.from({ length: 40 }, (_, index) => ({
  id: String(25 + index * 37),
  name: `Emote${index}`,
}))

/** A generator of pseudo-random numbers below `below`, always the same ones. */
function pseudoRandom(): (below: number) => number {
  let state = 1
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

function uuid(random: (below: number) => number): string {
  const hex = (length: number) => Array.from({ length }, () => random(16).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
}

/** Input records: messages over channels in turns, sent at an even rate per second from `startMs`, epoch ms, on. */
export function chatRecords(options: {
  channels: number
  messages: number
  rate: number
  startMs: number
}): { key: string; value: Buffer }[] {
  const { channels, messages, rate, startMs } = options
  const random = pseudoRandom()
  return Array.from({ length: messages }, (_, index) => {
    const channel = index % channels
    // Squared, so that few people say much and many say little.
    const author = Math.floor((random(1000) / 1000) ** 2 * 2000)
    const used = random(10) < 3 ? [emotes[random(emotes.length)] ?? { id: '25', name: 'Kappa' }] : []
    const event = message(Math.floor(startMs + (index / rate) * 1000), {
      channel_id: String(10_000_000 + channel),
      channel_login: `channel_${channel}`,
      message_id: uuid(random),
      user_id: String(500_000_000 + channel * 5000 + author),
      username: `some_login_${author}`,
      display_name: `Some_Login_${author}`,
      message: Array.from({ length: 1 + random(14) }, () => words[random(words.length)]).join(' '),
      emotes: used.map((emote) => ({ ...emote, start: 0, end: 4, provider: 'twitch' as const })),
      badges: author % 3 === 0 ? { subscriber: '12', premium: '1' } : {},
      is_subscriber: author % 3 === 0,
      is_first: random(100) === 0,
    })
    return { key: event.channel_id, value: Buffer.from(JSON.stringify(event)) }
  })
}
