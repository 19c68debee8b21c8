import { emoteSignsInAnyCase } from './emote-signs.ts'

/** Most channels name their emotes by what they say, such as `adaSad` or `peepoHappy`, or by a known emote, such as `adaPOGGERS`. */

const parts = (list: string) => list.trim().split(/\s+/)

const signs = new Map([
  ...parts(`
    pog pag hype hyper love heart luv happy joy yay wee clap dance dancing disco jam vibe party comfy cozy hug kiss pat hey hi
    hello wave win laugh lul kek lol lmao giggle haha smile blush shy cute uwu yas yes cheer good nice wow cool bless thank gasm
    wiggle bounce hop pls king queen chad based champ
  `).map((part) => [part, 1] as const),
  ...parts(`
    sad cry crying tear tears sob mad rage angry anger grr pout rip fail hate toxic scared scare fear panic monka weird yikes
    cringe facepalm sick puke gag ew disgust disgusted boo pain hurt depressed sigh tilt tilted salt salty wtf dead bad stress
    worry worried nervous despair sweat ugh no nope trash bored
  `).map((part) => [part, -1] as const),
])

/** Spellings of one word. */
const spellings: readonly [RegExp, number][] = [
  [/^(o+mega?|omg[ae]?|zu|mega|giga|hyper|kek)?lu+l+(ul)*w*$/, 1],
  [/^(o+mega|giga)?ke+k+(w+|vv|l|leo|wait)?$/, 1],
  [/^(mega|giga|wide|hyper)?p[oa]+g+(gers?|gies?|champ|chomp|u+)?$/, 1],
  [/^w(ei|ie)rdcha?mp/, -1],
  [/^monk(a|er)/, -1],
]

/** `adaL`, `adaLove`: a channel's prefix and a heart. */
const heart = /^[a-z0-9]{2,}L$/
/** Shorter parts stand in many other words. */
const minContained = 5
/** What is searched for in a name that has no capitals, longest first. */
const contained = [...signs, ...emoteSignsInAnyCase]
  .filter(([part]) => part.length >= minContained)
  .sort(([one], [other]) => other.length - one.length)

/** The sign of any spelling of `pog`, `lul`, `kekw` and a few others; undefined for other words. */
export function signOfSpelling(lower: string): number | undefined {
  return spellings.find(([spelling]) => spelling.test(lower))?.[1]
}

/** The sign of an emote by the parts of its name; undefined: no part is known. */
export function signOfParts(name: string): number | undefined {
  if (heart.test(name)) return 1
  const lower = name.toLowerCase()
  const whole = signOfSpelling(lower)
  if (whole !== undefined) return whole
  let sum: number | undefined
  for (const part of name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []) {
    const word = part.toLowerCase()
    const sign = signs.get(word) ?? emoteSignsInAnyCase.get(word) ?? signOfSpelling(word)
    if (sign !== undefined) sum = (sum ?? 0) + sign
  }
  if (sum !== undefined) return Math.sign(sum)
  return contained.find(([part]) => lower.includes(part))?.[1]
}

/** Whether a word is written as only emotes are: with a capital after a small letter. */
export function looksLikeEmote(word: string): boolean {
  return /^[a-zA-Z0-9]*[a-z][A-Z][a-zA-Z0-9]*$/.test(word)
}
