import {
  maxEmotesOfSet,
  maxModifiersOfSet,
  pictureFile,
  pictureScales,
  setEmote,
  type EmoteSetHead,
  type SetEmote,
} from '@chat-battle/contracts/records/emote-set'

/** What a provider's answers say about a channel, or about every channel. */
export interface ProviderSet {
  /** At most one of a name; by name. */
  emotes: readonly SetEmote[]
  modifiers: EmoteSetHead['modifiers']
  bot_logins: EmoteSetHead['bot_logins']
  bot_user_ids: EmoteSetHead['bot_user_ids']
  /** Entries that are no emotes of the provider's form, or beyond the limit. */
  skipped: number
}

/** A channel without an account at a provider. */
export const emptySet: ProviderSet = {
  emotes: [],
  modifiers: [],
  bot_logins: [],
  bot_user_ids: [],
  skipped: 0,
}

/** An answer that is not of the provider's form at all. */
export class InvalidAnswer extends Error {}

/** Reads the value of a field as an array; throws `InvalidAnswer` for anything else. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new InvalidAnswer(`${name} is no list`)
}

/** Reads the value of a field as an object; throws `InvalidAnswer` for anything else. */
export function fieldsOf(value: unknown, name: string): Partial<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new InvalidAnswer(`${name} is no object`)
}

/** A picture's path as it may be in a set: without the host, and split. */
interface Picture {
  scale: string
  url: unknown
}

/** An emote as a provider describes it, before it is checked. */
export interface DescribedEmote {
  id: unknown
  name: unknown
  isZeroWidth?: boolean
  /** It alters the emote beside it, and is none itself. */
  isModifier?: boolean
  isAnimated: boolean
  /** Where its pictures lie; a picture elsewhere is left out. */
  folder: string
  pictures: readonly Picture[]
  stillPictures: readonly Picture[]
}

/** Collects what entries describe: a bad entry is skipped, and of equal names the last one counts. */
export class EmoteCollector {
  readonly #byName = new Map<string, SetEmote>()
  readonly #modifiers = new Set<string>()
  #skipped = 0

  /** `describe` returns undefined for an entry that is not to be counted, and throws `InvalidAnswer` for a bad one. */
  addAll(entries: readonly unknown[], describe: (entry: unknown) => DescribedEmote | undefined): void {
    for (const entry of entries) {
      try {
        const described = describe(entry)
        if (described !== undefined && !this.#add(described)) this.#skipped++
      } catch (error) {
        if (!(error instanceof InvalidAnswer)) throw error
        this.#skipped++
      }
    }
  }

  /** By name, so that the order of an answer does not make a set another one. */
  get set(): ProviderSet {
    const emotes = [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return { ...emptySet, emotes, modifiers: [...this.#modifiers], skipped: this.#skipped }
  }

  #add(described: DescribedEmote): boolean {
    const emote = checked(described)
    if (emote === undefined) return false
    if (described.isModifier === true) {
      if (this.#modifiers.size < maxModifiersOfSet) this.#modifiers.add(emote.name)
      return this.#modifiers.has(emote.name)
    }
    if (this.#byName.size < maxEmotesOfSet || this.#byName.has(emote.name))
      this.#byName.set(emote.name, emote)
    return this.#byName.has(emote.name)
  }
}

function checked({ id, name, isZeroWidth = false, isAnimated, folder, ...described }: DescribedEmote) {
  // A name with a blank is in no message, and one that is no valid UTF-16 does not survive the way to Kafka.
  if (typeof name !== 'string' || name.includes(' ') || !name.isWellFormed()) return undefined
  return setEmote.safeParse({
    id,
    name,
    is_zero_width: isZeroWidth,
    is_animated: isAnimated,
    folder,
    files: filesIn(folder, described.pictures),
    still_files: filesIn(folder, described.stillPictures),
  }).data
}

const scales: readonly string[] = pictureScales

/** By scale: the paths below the folder. */
function filesIn(folder: string, pictures: readonly Picture[]): Record<string, string> {
  const files: Record<string, string> = {}
  for (const { scale, url } of pictures) {
    const path = typeof url === 'string' ? pathOf(url) : undefined
    if (path?.startsWith(`${folder}/`) !== true) continue
    const file = path.slice(folder.length + 1)
    if (scales.includes(scale) && pictureFile.test(file)) files[scale] = file
  }
  return files
}

/** The path of an address, which may begin with `//`, without its first slash. */
export function pathOf(url: string): string | undefined {
  return /^(?:https?:)?\/\/[^/?#]+\/([^?#]+)/.exec(url)?.[1]
}
