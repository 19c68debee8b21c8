import { setProviders, type SetProvider } from '@chat-battle/contracts/records/emote-set'
import { emoteScope, type EmoteScope, type ListedEmote } from '@chat-battle/contracts/rest/routes/list-emotes'

export const columns = ['name', 'provider', 'count', 'last_used'] as const
export type Column = (typeof columns)[number]

/** What of a channel's emotes is shown, and in which order: all of it is in the address. */
export interface EmoteTableView {
  readonly scope: EmoteScope
  readonly provider: SetProvider | 'all'
  readonly sort: Column
  readonly isDescending: boolean
}

/** The unused emotes of the channel's own sets come first. */
const initial: EmoteTableView = { scope: 'channel', provider: 'all', sort: 'last_used', isDescending: false }

/** Unknown values count as missing. */
export function readView(search: Pick<URLSearchParams, 'get'>): EmoteTableView {
  const [, sign, name] = /^(-?)(.*)$/.exec(search.get('sort') ?? '') ?? []
  const sort = columns.find((column) => column === name)
  return {
    scope: readScope(search),
    provider: setProviders.find((provider) => provider === search.get('provider')) ?? initial.provider,
    sort: sort ?? initial.sort,
    isDescending: sort !== undefined && sign === '-',
  }
}

/** The part of a view that the server answers; the page does the rest. */
export function readScope(search: Pick<URLSearchParams, 'get'>): EmoteScope {
  return emoteScope.options.find((scope) => scope === search.get('scope')) ?? initial.scope
}

/** The query of a view's address. */
export function searchOf({ scope, provider, sort, isDescending }: EmoteTableView): string {
  const pairs = [
    ...(scope === initial.scope ? [] : [`scope=${scope}`]),
    ...(provider === initial.provider ? [] : [`provider=${provider}`]),
    ...(sort === initial.sort && !isDescending ? [] : [`sort=${isDescending ? '-' : ''}${sort}`]),
  ]
  return pairs.length === 0 ? '?' : `?${pairs.join('&')}`
}

/** The view after a click on a column: names begin at A, figures with the greatest. Another click turns the order round. */
export function sortedBy(view: EmoteTableView, column: Column): EmoteTableView {
  if (view.sort === column) return { ...view, isDescending: !view.isDescending }
  return { ...view, sort: column, isDescending: column === 'count' || column === 'last_used' }
}

/** The emotes of a view, in its order. Equal ones are in the order of their names. */
export function rowsOf(emotes: readonly ListedEmote[], view: EmoteTableView): ListedEmote[] {
  const direction = view.isDescending ? -1 : 1
  return emotes
    .filter(
      ({ scope, provider }) =>
        scope === view.scope && (view.provider === 'all' || provider === view.provider),
    )
    .sort((a, b) => direction * compare(a, b, view.sort) || byName(a, b))
}

/** How many of the emotes were not used. */
export function unusedOf(emotes: readonly ListedEmote[]): number {
  return emotes.filter(({ last_used }) => last_used === null).length
}

function compare(a: ListedEmote, b: ListedEmote, column: Column): number {
  switch (column) {
    case 'name':
      return byName(a, b)
    case 'provider':
      return a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : 0
    case 'count':
      return a.count - b.count
    case 'last_used':
      return (a.last_used ?? 0) - (b.last_used ?? 0)
  }
}

/** The same in every browser and on the server, whatever their language. */
function byName(a: ListedEmote, b: ListedEmote): number {
  const [first, second] = [a.name.toLowerCase(), b.name.toLowerCase()]
  if (first !== second) return first < second ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
