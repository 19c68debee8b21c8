import type { SetProvider } from '@chat-battle/contracts/records/emote-set'
import {
  fetchBounded,
  FetchFailed,
  jsonOf,
  type BoundedResponse,
} from '@chat-battle/runtime/http/fetch-bounded'
import { emptySet, InvalidAnswer, type ProviderSet } from '../providers/answer.ts'
import { readBttvChannel, readBttvGlobal } from '../providers/bttv.ts'
import { readFfzChannel, readFfzGlobal } from '../providers/ffz.ts'
import { readSevenTvAccount, readSevenTvSet } from '../providers/seventv.ts'
import type { SetId } from './refresh-schedule.ts'

const usualWithinMs = 10_000
const maxBytes = 5 * 1024 * 1024

/** What became of a request for a set. */
export const fetchResults = [
  'ok',
  'no_account',
  'rate_limited',
  'refused',
  'server_error',
  'no_answer',
  'invalid',
] as const
export type FetchResult = (typeof fetchResults)[number]

/** A set could not be fetched. */
export class SetFetchFailed extends Error {
  readonly result: Exclude<FetchResult, 'ok' | 'no_account'>
  /** How long the provider wants no further request, ms. */
  readonly pauseMs: number | undefined

  constructor(result: SetFetchFailed['result'], message: string, pauseMs?: number) {
    super(message)
    this.result = result
    this.pauseMs = pauseMs
  }
}

export interface FetchOptions {
  /** The provider's address, with the version of its API. */
  baseUrl: string
  signal: AbortSignal
  withinMs?: number | undefined
}

/** Fetches a set; undefined: the channel has no account at the provider. Rejects with `SetFetchFailed`. */
export async function fetchSet(
  provider: SetProvider,
  set: SetId,
  options: FetchOptions,
): Promise<ProviderSet | undefined> {
  const get = (path: string) => getJson(path, options)
  try {
    if (set === null) return await fetchGlobal(provider, get)
    return await fetchChannel(provider, set, get)
  } catch (error) {
    if (error instanceof InvalidAnswer) throw new SetFetchFailed('invalid', error.message)
    throw error
  }
}

/** JSON at a path; undefined for 404. */
type Get = (path: string) => Promise<unknown>

async function fetchGlobal(provider: SetProvider, get: Get): Promise<ProviderSet> {
  if (provider === '7tv') return readSevenTvSet(await existing(get, '/emote-sets/global'))
  if (provider === 'bttv') return readBttvGlobal(await existing(get, '/cached/emotes/global'))
  return readFfzGlobal(await existing(get, '/set/global'))
}

async function fetchChannel(provider: SetProvider, id: string, get: Get): Promise<ProviderSet | undefined> {
  if (provider === '7tv') return fetchSevenTv(id, get)
  const answer = await get(provider === 'bttv' ? `/cached/users/twitch/${id}` : `/room/id/${id}`)
  if (answer === undefined) return undefined
  return provider === 'bttv' ? readBttvChannel(answer) : readFfzChannel(answer)
}

async function fetchSevenTv(id: string, get: Get): Promise<ProviderSet | undefined> {
  const answer = await get(`/users/twitch/${id}`)
  if (answer === undefined) return undefined
  const account = readSevenTvAccount(answer)
  if (account === undefined) return emptySet
  if ('set' in account) return account.set
  return readSevenTvSet(await existing(get, `/emote-sets/${account.setId}`))
}

/** What certainly exists: 404 is a failure there. */
async function existing(get: Get, path: string): Promise<unknown> {
  const answer = await get(path)
  if (answer === undefined) throw new SetFetchFailed('refused', 'the provider answered 404')
  return answer
}

async function getJson(
  path: string,
  { baseUrl, signal, withinMs = usualWithinMs }: FetchOptions,
): Promise<unknown> {
  const headers = {
    accept: 'application/json',
    'user-agent': 'chat-battle',
    // 7TV leaves `emote_set` out for clients that request sets by their id.
    'x-7tv-missing-emoteset-aware': '1',
  }
  const answer = await fetchBounded(baseUrl + path, { headers }, { withinMs, maxBytes, signal }).catch(
    (error: unknown) => {
      throw error instanceof FetchFailed ? new SetFetchFailed('no_answer', error.message) : error
    },
  )
  const { status } = answer
  if (status === 404) return undefined
  if (status === 429) throw new SetFetchFailed('rate_limited', 'the provider answered 429', pauseOf(answer))
  if (status >= 500) throw new SetFetchFailed('server_error', `the provider answered ${status}`)
  if (status !== 200) throw new SetFetchFailed('refused', `the provider answered ${status}`)
  const json = jsonOf(answer)
  if (json === undefined) throw new SetFetchFailed('invalid', 'the answer is no JSON')
  return json
}

/** Seconds from now, or as epoch seconds; `retry-after` may also be a date. Undefined: the provider gives no time. */
function pauseOf({ headers }: Pick<BoundedResponse, 'headers'>): number | undefined {
  for (const name of ['retry-after', 'x-ratelimit-reset']) {
    const value = headers.get(name)
    if (value === null) continue
    const seconds = Number(value)
    if (seconds >= 0 && seconds < 1e8) return seconds * 1000
    const atMs = seconds >= 1e8 ? (seconds < 1e11 ? seconds * 1000 : seconds) : Date.parse(value)
    if (Number.isFinite(atMs)) return Math.max(0, atMs - Date.now())
  }
  return undefined
}
