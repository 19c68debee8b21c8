import { setTimeout as delay } from 'node:timers/promises'
import { channelsOf, replayStart, retimed, type RecordedLine } from './replay.ts'
import type { TwitchServer } from './server.ts'
import { simulateChannel } from './simulate.ts'
import { channelProfiles } from './simulated-channels.ts'

/** Lines are sent in steps of so long: a timer a line would be no more exact. */
const stepMs = 10

/** Plays simulated chat until `signal` aborts. `rate` multiplies the pace of every channel. */
export async function playSimulation(
  server: TwitchServer,
  { seed, rate, signal }: { seed: number; rate: number; signal: AbortSignal },
): Promise<void> {
  const startMs = Date.now()
  const channels = channelProfiles.map((profile, index) => {
    const faster = { ...profile, linesPerSecond: profile.linesPerSecond * rate }
    const lines = simulateChannel(
      faster,
      { login: profile.login, id: server.roomId(profile.login) },
      seed + index,
      startMs,
    )
    return { login: profile.login, lines, next: lines.next().value }
  })
  while (!signal.aborted) {
    const nowMs = Date.now()
    for (const channel of channels) {
      while (channel.next.atMs <= nowMs) {
        server.say(channel.login, channel.next.line)
        channel.next = channel.lines.next().value
      }
    }
    await delay(stepMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Waits until each of these channels is joined. */
export async function allJoined(
  server: TwitchServer,
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
