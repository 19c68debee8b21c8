import { EmoteCollector, fieldsOf, listOf, pathOf, type DescribedEmote, type ProviderSet } from './answer.ts'

/** 7TV's API of version 3. */

/** Of an active emote: it lies over the emote before it. `data.flags` has only what the emote's owner intended. */
const zeroWidth = 1
/** Of an emote: Twitch does not allow it; Chatterino does not show it. */
const twitchDisallowed = 1 << 24

/**
 * An account's set where it is embedded, or the id of the set to request; undefined: it has none. Announced for August 2026:
 * `emote_set` is null, and `emote_set_id` names the set. Both shapes are in use.
 */
export function readSevenTvAccount(answer: unknown): { set: ProviderSet } | { setId: string } | undefined {
  const { emote_set: embedded, emote_set_id: id } = fieldsOf(answer, 'the account')
  if (typeof embedded === 'object' && embedded !== null) {
    const { id: embeddedId, emotes, emote_count: size } = fieldsOf(embedded, 'emote_set')
    if (emotes !== undefined || size === 0 || !isSetId(embeddedId)) return { set: readSevenTvSet(embedded) }
    return { setId: embeddedId }
  }
  return isSetId(id) ? { setId: id } : undefined
}

/** The answer for a set. 7TV leaves `emotes` out of an empty one. */
export function readSevenTvSet(answer: unknown): ProviderSet {
  const { emotes = [] } = fieldsOf(answer, 'the set')
  const collector = new EmoteCollector()
  collector.addAll(listOf(emotes, 'emotes'), describe)
  return collector.set
}

function isSetId(id: unknown): id is string {
  return typeof id === 'string' && /^[0-9A-Za-z]{1,64}$/.test(id)
}

function describe(entry: unknown): DescribedEmote | undefined {
  const { id, name, flags, data } = fieldsOf(entry, 'an emote')
  const { flags: dataFlags, listed, animated, host } = fieldsOf(data, 'data')
  if (listed === false || (Number(dataFlags) & twitchDisallowed) !== 0) return undefined
  const { url, files } = fieldsOf(host ?? {}, 'host')
  const folder = (typeof url === 'string' ? pathOf(url) : undefined) ?? `emote/${String(id)}`
  const pictures = listOf(files ?? [], 'files')
    .map((file) => fieldsOf(file, 'a file'))
    .filter(({ format }) => format === 'WEBP')
    .map(({ name, static_name }) => {
      const at = (file: unknown) => `//host/${folder}/${String(file)}`
      return { scale: /^([1-4])x\./.exec(String(name))?.[1] ?? '', url: at(name), stillUrl: at(static_name) }
    })
  return {
    id,
    name,
    isZeroWidth: (Number(flags) & zeroWidth) !== 0,
    isAnimated: animated === true,
    folder,
    pictures,
    stillPictures: animated === true ? pictures.map(({ scale, stillUrl }) => ({ scale, url: stillUrl })) : [],
  }
}
