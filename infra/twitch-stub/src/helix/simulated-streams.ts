import type { TwitchServer } from '../server.ts'
import { channelProfiles, type ChannelProfile } from '../simulated-channels.ts'
import type { StandInStream } from './helix-stand-in.ts'

const minuteMs = 60_000
const titles = [
  'Warming up | say hi',
  'Road to the top, one game at a time',
  'Chill evening with chat 🍵',
  'LAST RUN, then viewer games',
] as const
const categories = ['Just Chatting', 'Speedrunning', 'Food & Drink', 'Chess'] as const

/** A stream lasts so long in every period; `offMs` of it the channel is offline. */
interface Schedule {
  periodMs: number
  offMs: number
}

const usual: Schedule = { periodMs: 240 * minuteMs, offMs: 10 * minuteMs }
/** Short streams, so that a demo soon has several. */
const short: Schedule = { periodMs: 20 * minuteMs, offMs: 3 * minuteMs }

/** A channel's stream at a time, epoch ms: a function of the time alone. Undefined: offline. */
export function simulatedStream(
  { login, chatters, emoteShare }: ChannelProfile,
  atMs: number,
): StandInStream | undefined {
  if (chatters < 10) return undefined
  const { periodMs, offMs } = chatters < 100 ? short : usual
  // Each channel has its own rhythm.
  const phaseMs = Math.floor(emoteShare * 100) * minuteMs
  const startedAt = Math.floor((atMs - phaseMs) / periodMs) * periodMs + phaseMs
  const sinceMs = atMs - startedAt
  if (sinceMs >= periodMs - offMs) return undefined
  const wave = Math.sin(sinceMs / (7 * minuteMs)) + Math.sin(sinceMs / (1.7 * minuteMs)) / 3
  const part = Math.floor(sinceMs / (8 * minuteMs))
  return {
    id: String(Math.floor(startedAt / 1000)) + String(chatters),
    login,
    title: titles[part % titles.length] ?? titles[0],
    category: categories[(chatters + Math.floor(part / 3)) % categories.length] ?? categories[0],
    viewers: Math.round(chatters * (5 + wave)),
    startedAt,
  }
}

/** The application that the demo reads viewer counts with. */
export const demoApplication = { TWITCH_CLIENT_ID: 'demo', TWITCH_CLIENT_SECRET: 'demo-secret' }

/** Lets the demo and tests read viewer counts. */
export function admitDemo({ auth }: Pick<TwitchServer, 'auth'>): void {
  auth.applications.set(demoApplication.TWITCH_CLIENT_ID, demoApplication.TWITCH_CLIENT_SECRET)
}

/** Gives every simulated channel the stream of its chat's time, and admits the demo's application. */
export function simulateStreams(
  server: Pick<TwitchServer, 'auth' | 'helix' | 'roomId'>,
  nowMs: () => number,
): void {
  const { auth, helix } = server
  const profiles = new Map(channelProfiles.map((profile) => [server.roomId(profile.login), profile]))
  admitDemo({ auth })
  helix.script = (channelId) => {
    const profile = profiles.get(channelId)
    return profile === undefined ? undefined : simulatedStream(profile, nowMs())
  }
}
