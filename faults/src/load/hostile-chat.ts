import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import type { Traffic } from './traffic.ts'

/** So often, that whoever says it is among the top. */
const repeats = 60
/** Names of people are cut to this, names of emotes are not longer. */
const maxNameLength = 256

/** In one channel each list, so that all of it is among the top. Some look like others, and are not the same. */
const hostileNames = [
  [
    '<img/src=x/onerror=window.__harmed=1>',
    '"><script>window.__harmed=2</script>',
    "javascript:window.__harmed=3//'",
    `z${'\u0301'.repeat(2000)}`,
    '\u202Eevitcarettaon\u2066\u2067',
    'אדמין42',
  ],
  [
    'admin',
    'аdmіn',
    'a\u0000b\u0007c\u001b[31m',
    '\u200b\u200b\u200b',
    '{{constructor.constructor("window.__harmed=4")()}}',
    '𒐫'.repeat(60),
  ],
]
const hostileTexts = [
  '<svg onload=window.__harmed=5>',
  '</script><script>window.__harmed=6</script>',
  `${'\u0301'.repeat(2000)}`,
  '\u202E\u202D\u2066 upside down',
  'x'.repeat(5000),
  '\u0001ACTION \u0001ACTION nested\u0001\u0001',
]
/** None of them lies within the text. */
const hostileRanges = [
  '25:99999-100000',
  '25:0-999999',
  '25:3-1',
  '25:-5--1',
  '25:-1-3',
  '25:a-b',
  '25',
  ':',
  '25:5-',
  '/,/:-',
  '25:0-99999999999999999999',
  '25:99999999999999999999-1',
]
/** These do: one upon another, and of an emote whose id is none. */
const validRanges = '81:0-2,1-3,0-2/"onerror="window.__harmed=7":0-3'

/** The emote that a whole text is, as far as a name may go. */
function emoteOf(text: string): { name: string; range: string } {
  const points = [...text.replace(/^\u0001ACTION (.*)\u0001$/su, '$1')].slice(0, maxNameLength)
  return { name: points.join(''), range: `0-${points.length - 1}` }
}

/** What a card must show, by name: a name that looks like another has a count of its own. */
export type Shown = ReadonlyMap<string, number>

/** Says all of it in each of two channels; gives how often each name was then said there. */
export function sayHostile(traffic: Traffic, channels: readonly string[]): Shown[] {
  return channels.map((login, channel) => {
    const room = { login, id: derivedRoomId(login) }
    const shown = new Map<string, number>()
    let said = 0
    hostileNames[channel]?.forEach((name, index) => {
      const author = {
        id: `66${index}`,
        login: name,
        displayName: name,
        isSubscriber: false,
        badges: name.replace(/[;\s]/g, ''),
      }
      for (let repeat = 0; repeat < repeats + index; repeat++) {
        const which = said % hostileTexts.length
        const text = hostileTexts[which] ?? ''
        const emote = emoteOf(text)
        const outside = hostileRanges[said % hostileRanges.length] ?? ''
        const emotes = `80${which}:${emote.range}/${validRanges}/${outside}`
        shown.set(emote.name, (shown.get(emote.name) ?? 0) + 1)
        const id = `hostile-${channel}-${++said}`
        traffic.say(login, privmsg(room, author, { id, timestamp: Date.now(), text, emotes }))
      }
      shown.set(name.slice(0, maxNameLength), repeats + index)
    })
    return shown
  })
}
