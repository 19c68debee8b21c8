import {
  emotePartKey,
  emoteSetKey,
  type EmoteSetHead,
  type EmoteSetRecord,
  type SetEmote,
  type SetProvider,
} from './emote-set.ts'

/** A set of which every part was read. */
export interface EmoteSet<Emote = SetEmote> {
  readonly head: EmoteSetHead
  readonly emotes: readonly Emote[]
}

interface PartState<Emote> {
  readonly setKey: string
  readonly appendedAtMs: number
  /** Undefined once they are part of a set, or were dropped. */
  emotes: readonly Emote[] | undefined
}

export interface AssemblyOptions<Emote> {
  /** An emote as readers of a set keep it. */
  keep: (emote: SetEmote, provider: SetProvider) => Emote
  /** Bounds memory. Beyond it, sets are dropped: those that are not needed first. */
  maxEmotes: number
  isNeeded: (head: EmoteSetHead) => boolean
}

/**
 * Puts the records of `emote-sets` together, in whatever order their partitions are read. While the parts of a newer head are
 * missing, the set stays as it was.
 */
export class EmoteSetAssembly<Emote = SetEmote> {
  readonly #options: AssemblyOptions<Emote>
  readonly #heads = new Map<string, EmoteSetHead>()
  readonly #parts = new Map<string, PartState<Emote>>()
  readonly #sets = new Map<string, EmoteSet<Emote>>()
  /** Of sets and of parts without one. */
  #emotes = 0

  constructor(options: AssemblyOptions<Emote>) {
    this.#options = options
  }

  /** By `emoteSetKey`. */
  get sets(): ReadonlyMap<string, EmoteSet<Emote>> {
    return this.#sets
  }

  /** How many emotes are in memory. */
  get emoteCount(): number {
    return this.#emotes
  }

  /** Takes a record, appended at `appendedAtMs`; returns the keys of the sets that changed. */
  take(record: EmoteSetRecord, appendedAtMs: number): readonly string[] {
    const setKey = emoteSetKey(record)
    if (record.type === 'head') this.#heads.set(setKey, record)
    else {
      const key = emotePartKey(record)
      this.#dropEmotes(key)
      const isKnown = this.#sets.get(setKey)?.head.content === record.content
      const emotes = isKnown
        ? undefined
        : record.emotes.map((emote) => this.#options.keep(emote, record.provider))
      this.#emotes += emotes?.length ?? 0
      this.#parts.set(key, { setKey, appendedAtMs, emotes })
    }
    const changed = this.#assemble(setKey) ? [setKey] : []
    return this.#emotes > this.#options.maxEmotes ? [...changed, ...this.#shrink(setKey)] : changed
  }

  /** The record of a key was deleted; returns the keys of the sets that changed. */
  forget(key: string): readonly string[] {
    this.#dropEmotes(key)
    if (this.#parts.delete(key) || !this.#heads.delete(key)) return []
    return this.#dropSet(key) ? [key] : []
  }

  /** Whether the topic has a set of this content, with all its parts. */
  isStored({
    content,
    parts,
    ...owner
  }: Pick<EmoteSetHead, 'channel_id' | 'provider' | 'content' | 'parts'>) {
    const head = this.#heads.get(emoteSetKey(owner))
    return (
      head?.content === content &&
      this.#partKeys({ ...owner, content, parts }).every((key) => this.#parts.has(key))
    )
  }

  /** The keys of the parts that no head names and that were appended before `beforeMs`. */
  orphans(beforeMs: number): string[] {
    const named = new Set([...this.#heads.values()].flatMap((head) => this.#partKeys(head)))
    return [...this.#parts]
      .filter(([key, part]) => !named.has(key) && part.appendedAtMs < beforeMs)
      .map(([key]) => key)
  }

  /** Every record key of a set: its parts', and its head's at the end. */
  keysOf(setKey: string): string[] {
    return [...[...this.#parts].filter(([, part]) => part.setKey === setKey).map(([key]) => key), setKey]
  }

  /** Every head, also of sets that are not in memory. */
  heads(): Iterable<EmoteSetHead> {
    return this.#heads.values()
  }

  #partKeys({
    parts,
    ...head
  }: Pick<EmoteSetHead, 'channel_id' | 'provider' | 'content' | 'parts'>): string[] {
    return Array.from({ length: parts }, (_, part) => emotePartKey({ ...head, part }))
  }

  /** Makes the set that the newest head names, if its parts are here. */
  #assemble(setKey: string): boolean {
    const head = this.#heads.get(setKey)
    if (head === undefined) return false
    const known = this.#sets.get(setKey)
    if (known?.head === head) return false
    if (known?.head.content === head.content) {
      this.#sets.set(setKey, { ...known, head })
      return true
    }
    const keys = this.#partKeys(head)
    const parts = keys.map((key) => this.#parts.get(key)?.emotes)
    if (!parts.every((part) => part !== undefined)) return false
    this.#dropSet(setKey)
    for (const key of keys) this.#release(key)
    this.#sets.set(setKey, { head, emotes: parts.flat() })
    return true
  }

  /** Its emotes belong to a set from now on. */
  #release(key: string): void {
    const part = this.#parts.get(key)
    if (part !== undefined) part.emotes = undefined
  }

  #dropEmotes(partKey: string): void {
    this.#emotes -= this.#parts.get(partKey)?.emotes?.length ?? 0
    this.#release(partKey)
  }

  #dropSet(setKey: string): boolean {
    this.#emotes -= this.#sets.get(setKey)?.emotes.length ?? 0
    return this.#sets.delete(setKey)
  }

  /** Drops emotes that wait for other sets' heads, then sets that are not needed, then others; returns the keys of dropped sets. */
  #shrink(taken: string): string[] {
    const { maxEmotes, isNeeded } = this.#options
    for (const [key, { setKey }] of this.#parts)
      if (setKey !== taken && this.#emotes > maxEmotes) this.#dropEmotes(key)
    const dropped: string[] = []
    for (const isLastResort of [false, true]) {
      for (const [key, { head, emotes }] of this.#sets) {
        if (this.#emotes <= maxEmotes) return dropped
        if (emotes.length === 0 || (!isLastResort && isNeeded(head))) continue
        this.#dropSet(key)
        dropped.push(key)
      }
    }
    return dropped
  }
}
