import { windowStart } from '@chat-battle/contracts/window'
import { reaches } from '@chat-battle/twitch-stub/compare/exact-count'
import type { SentLine } from '../load/traffic.ts'

export interface ExactPeople {
  /** How many wrote. */
  readonly distinct: number
  /** Messages of each person in the windows whose lists they are in: moderation takes them out of those that it reaches. */
  readonly listed: ReadonlyMap<string, number>
}

/** The people of a channel, counted straight from the lines that it was sent. */
export function exactPeople(sent: readonly SentLine[], login: string): ExactPeople {
  const seen = new Set<string>()
  const windows = new Map<number, Map<string, number>>()
  const bans: { user: string; at: number }[] = []
  for (const { login: channel, line } of sent) {
    if (channel !== login) continue
    const at = Number(tagIn(line, 'tmi-sent-ts'))
    const target = tagIn(line, 'target-user-id')
    if (line.includes(' CLEARCHAT ') && target !== '') bans.push({ user: target, at })
    if (!line.includes(' PRIVMSG ') || seen.has(tagIn(line, 'id'))) continue
    seen.add(tagIn(line, 'id'))
    const window = windows.get(windowStart(at)) ?? new Map<string, number>()
    windows.set(windowStart(at), window)
    increase(window, tagIn(line, 'user-id'), 1)
  }
  const listed = new Map<string, number>()
  for (const [start, window] of windows) {
    const hidden = new Set(bans.filter(({ at }) => reaches(start, at)).map(({ user }) => user))
    for (const [user, count] of window) if (!hidden.has(user)) increase(listed, user, count)
  }
  return { distinct: new Set([...windows.values()].flatMap((window) => [...window.keys()])).size, listed }
}

function tagIn(line: string, name: string): string {
  return new RegExp(`[@;]${name}=([^; ]*)`).exec(line)?.[1] ?? ''
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
