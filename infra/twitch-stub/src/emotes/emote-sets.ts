import { createHash } from 'node:crypto'

/** The providers of emotes besides Twitch, each with an API and a CDN. */
export const providers = ['7tv', 'bttv', 'ffz'] as const
export type Provider = (typeof providers)[number]

/** Key of the sets that every channel has. */
export const global = 'global'

export interface StandInEmote {
  id: string
  /** What people type. */
  name: string
  isAnimated?: boolean
  /** Drawn over the emote before it. BetterTTV has no flag for it: it is known by its name. */
  isZeroWidth?: boolean
  /** Changes another emote, and is none itself. 7TV has no such emotes. */
  isModifier?: boolean
}

/** The emotes of a provider by channel id, or of `global`. A channel without an entry has no account. */
export type EmoteSets = Map<string, readonly StandInEmote[]>

/** A stable id of the shape that the provider gives. */
export function emoteId(provider: Provider, name: string): string {
  const hash = createHash('sha256').update(`${provider} ${name}`).digest()
  if (provider === 'ffz') return String(100_000 + (hash.readUInt32LE(0) % 900_000))
  if (provider === 'bttv') return hash.toString('hex').slice(0, 24)
  // A ULID: 26 digits of Crockford's base 32; the first is at most 7.
  return `01${Array.from(hash.subarray(0, 24), (byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[byte % 32]).join('')}`
}

/** A mark behind a name: `~` animated, `^` zero-width, `%` a modifier. */
function set(provider: Provider, names: string): StandInEmote[] {
  return names.split(' ').map((marked) => {
    const name = marked.replace(/[~^%]+$/, '')
    const marks = marked.slice(name.length)
    return {
      id: emoteId(provider, name),
      name,
      ...(marks.includes('~') && { isAnimated: true }),
      ...(marks.includes('^') && { isZeroWidth: true }),
      ...(marks.includes('%') && { isModifier: true }),
    }
  })
}

const globalNames: Record<Provider, string> = {
  '7tv': 'EZ Clap~ GIGACHAD peepoHappy peepoSad FeelsStrongMan Stare RainTime~^ PETPET~^ (7TV)',
  bttv: ':tf: CiGrip FeelsBadMan FeelsGoodMan haHAA monkaS SourPls~ cvHazmat^ SoSnowy^ w!% h!%',
  ffz: 'ZrehplaR BeanieHipster CatBag LaterSooner ffzW% ffzX%',
}

/** `LULW` is an emote of each provider, so that the order of providers shows. */
const channelNames: Record<string, Partial<Record<Provider, string>>> = {
  pixelparade: {
    '7tv': 'OMEGALUL KEKW Pog PogU catJAM~ Sadge WAYTOODANK~ Snowfall~^ !vote +1 LULW',
    bttv: 'pixelWave~ duckJam~ monkaW LULW',
    ffz: 'AYAYA Pepega LULW',
  },
  speedlab: {
    '7tv': 'KEKW PauseChamp pepeRun~ HYPERS FeelsDankMan GGEZ',
    bttv: 'PepeHands speedGo~',
    ffz: 'OMEGALUL monkaHmm',
  },
  nightkitchen: { '7tv': 'peepoCook~ Yummers COPIUM', bttv: 'nightYum catJAM~' },
  chessgarden: { '7tv': 'bigBrain PauseChamp Clueless Aware~', ffz: '5Head 3Head' },
  slowloom: { ffz: 'loomCozy' },
}

/** What people of a simulated channel write: the names of its emotes and of all channels' ones, modifiers included. */
export function simulatedNames(login: string): string[] {
  const marked = [...Object.values(channelNames[login] ?? {}), ...Object.values(globalNames)]
  return marked.flatMap((names) => names.split(' ').map((name) => name.replace(/[~^%]+$/, '')))
}

/** The sets of the simulated channels, and those of all. `idOf`: the id of a channel's room. */
export function simulatedSets(idOf: (login: string) => string): Record<Provider, EmoteSets> {
  const setsOf = (provider: Provider): EmoteSets => {
    const sets: EmoteSets = new Map([[global, set(provider, globalNames[provider])]])
    for (const [login, names] of Object.entries(channelNames)) {
      const given = names[provider]
      if (given !== undefined) sets.set(idOf(login), set(provider, given))
    }
    return sets
  }
  return { '7tv': setsOf('7tv'), bttv: setsOf('bttv'), ffz: setsOf('ffz') }
}
