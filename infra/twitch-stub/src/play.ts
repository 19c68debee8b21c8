import { setTimeout as delay } from 'node:timers/promises'
import { simulatedNames } from './emotes/emote-sets.ts'
import { channelsOf, replayStart, retimed, type RecordedLine } from './replay.ts'
import type { TwitchServer } from './server.ts'
import { simulateChannel } from './simulate.ts'
import { channelProfiles } from './simulated-channels.ts'

/** Lines are sent in steps of so long: a timer a line would be no more exact. */
const stepMs = 10

/** An hour of history takes nine seconds: slow enough for every part of the pipeline on a small machine. */
const historySpeed = 400
/** Ingest reports what it covers every 5 s: after the first line for so long, it claims the time from that line on. */
const claimedWithinMs = 6000

type Stage = Pick<TwitchServer, 'say' | 'roomId' | 'connections'>

export interface SimulationOptions {
  seed: number
  /** Multiplies the pace of every channel. */
  rate: number
  /** How long before now the chat begins, ms: it is sent quickly, with its own times, once every channel is joined. */
  historyMs?: number
  /** Is called with the time up to which chat has been sent, epoch ms. */
  onPlayed?: (untilMs: number) => void
  signal: AbortSignal
}

/** Plays simulated chat until `signal` aborts. */
export async function playSimulation(
  server: Stage,
  { seed, rate, historyMs = 0, onPlayed, signal }: SimulationOptions,
  claimedAfterMs = claimedWithinMs,
): Promise<void> {
  const logins = channelProfiles.map(({ login }) => login)
  if (historyMs > 0) await allJoined(server, logins, signal)
  const startMs = Date.now() - historyMs
  const channels = channelProfiles.map((profile, index) => {
    const faster = {
      ...profile,
      linesPerSecond: profile.linesPerSecond * rate,
      thirdParty: simulatedNames(profile.login),
    }
    const room = { login: profile.login, id: server.roomId(profile.login) }
    const lines = simulateChannel(faster, room, seed + index, startMs)
    return { login: profile.login, lines, next: lines.next().value }
  })
  const sendNext = (channel: (typeof channels)[number]) => {
    server.say(channel.login, channel.next.line)
    channel.next = channel.lines.next().value
  }
  if (historyMs > 0) {
    for (const channel of channels) if (channel.next.atMs <= Date.now()) sendNext(channel)
    await delay(claimedAfterMs, undefined, { signal })
  }
  const beganMs = performance.now()
  while (!signal.aborted) {
    const playedMs = startMs + (performance.now() - beganMs) * historySpeed
    const dueMs = historyMs > 0 ? Math.min(Date.now(), playedMs) : Date.now()
    for (const channel of channels) while (channel.next.atMs <= dueMs) sendNext(channel)
    onPlayed?.(dueMs)
    await delay(stepMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Waits until each of these channels is joined. */
export async function allJoined(
  server: Pick<TwitchServer, 'connections'>,
  channels: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const isJoined = (login: string) => server.connections().some(({ joined }) => joined.has(login))
  while (!channels.every(isJoined)) await delay(50, undefined, { signal })
}

/** Plays a recording once all its channels are joined; gives the lines as they were sent. */
export async function playRecording(
  server: TwitchServer,
  recorded: readonly RecordedLine[],
  { speed, signal }: { speed: number; signal: AbortSignal },
): Promise<string[]> {
  await allJoined(server, channelsOf(recorded), signal)
  const beganMs = performance.now()
  const startMs = replayStart(recorded, speed, Date.now())
  const sent: string[] = []
  for (const line of recorded) {
    const waitMs = line.tMs / speed - (performance.now() - beganMs)
    if (waitMs > stepMs) await delay(waitMs, undefined, { signal })
    const text = retimed(line, startMs)
    server.say(line.channel, text)
    sent.push(text)
  }
  return sent
}
