import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import type { Traffic } from './traffic.ts'

/** Enough messages to put their author among the top chatters. */
const repeats = 60
/** People's names are truncated to this; emote names here are not longer. */
const maxNameLength = 256

/** One list per channel, so that every name is among the top. Some are look-alikes of others. */
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
/** No range of these lies within the text. */
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
/** These lie within the text: they overlap, and one emote's id is not an id. */
const validRanges = '81:0-2,1-3,0-2/"onerror="window.__harmed=7":0-3'

/** An emote whose name is the whole text, up to the longest name. */
function emoteOf(text: string): { name: string; range: string } {
  const points = [...text.replace(/^\u0001ACTION (.*)\u0001$/su, '$1')].slice(0, maxNameLength)
  return { name: points.join(''), range: `0-${points.length - 1}` }
}

/** The count that a card must show per name. Look-alikes have counts of their own. */
export type ExpectedCounts = ReadonlyMap<string, number>

/** Sends hostile names, texts and ranges to two channels; returns the expected counts per channel. */
export function sendHostileChat(traffic: Traffic, channels: readonly string[]): ExpectedCounts[] {
  return channels.map((login, channel) => {
    const room = { login, id: derivedRoomId(login) }
    const expected = new Map<string, number>()
    let sent = 0
    hostileNames[channel]?.forEach((name, index) => {
      const author = {
        id: `66${index}`,
        login: name,
        displayName: name,
        isSubscriber: false,
        badges: name.replace(/[;\s]/g, ''),
      }
      for (let repeat = 0; repeat < repeats + index; repeat++) {
        const textIndex = sent % hostileTexts.length
        const text = hostileTexts[textIndex] ?? ''
        const emote = emoteOf(text)
        const invalidRange = hostileRanges[sent % hostileRanges.length] ?? ''
        const emotes = `80${textIndex}:${emote.range}/${validRanges}/${invalidRange}`
        expected.set(emote.name, (expected.get(emote.name) ?? 0) + 1)
        const id = `hostile-${channel}-${++sent}`
        traffic.say(login, privmsg(room, author, { id, timestamp: Date.now(), text, emotes }))
      }
      expected.set(name.slice(0, maxNameLength), repeats + index)
    })
    return expected
  })
}
