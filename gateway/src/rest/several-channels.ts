import type { RequestError } from '@chat-battle/contracts/rest/errors'
import { maxChannelsPerRequest, type LeaseTaken, type Snapshot } from '@chat-battle/contracts/rest/responses'
import { RequestRefused, type Channels } from '../current/channels.ts'

/** The names of `?channels=a,b`, as they were sent. Throws `RequestRefused` where there are none, or too many. */
export function readNames(given: unknown): string[] {
  const names = namesIn(given, 'channels')
  if (names.length > 0 && names.length <= maxChannelsPerRequest) return names
  throw new RequestRefused(
    'malformed_request',
    `?channels= names 1 to ${maxChannelsPerRequest} channels, separated by commas; this one names ${names.length}`,
  )
}

/** The comma-separated names of a query parameter; one that is given twice counts as one list. */
export function namesIn(given: unknown, parameter: string): string[] {
  if (given === undefined || given === '') return []
  const lists: unknown[] = Array.isArray(given) ? given : [given]
  return lists.flatMap((list) => {
    if (typeof list === 'string') return list.split(',')
    throw new RequestRefused('malformed_request', `?${parameter}= is a list of names, separated by commas`)
  })
}

/**
 * What is known of one of several channels. A refusal concerns this one alone. `renew` gets the login of a channel that
 * is monitored, also of one that does not exist so far: it is joined later for as long as a client wants it.
 */
export function snapshotOf(
  channels: Channels,
  asked: string,
  start: number | undefined,
  renew: (login: string) => void,
): Snapshot {
  let status: Snapshot['status'] = null
  try {
    const login = channels.resolve(asked)
    if (channels.isMonitored(login)) {
      status = channels.status(login)
      renew(login)
    }
    return { asked, status, stats: channels.stats(login, start), error: null }
  } catch (error) {
    return { asked, status, stats: null, error: refusalIn(error) }
  }
}

/** The lease of one of several channels. A refusal concerns this one alone. `take` resolves to the lease's end, epoch ms. */
export async function leaseOf(
  channels: Channels,
  asked: string,
  take: (login: string) => Promise<number>,
): Promise<LeaseTaken> {
  let channel_login: string | null = null
  try {
    channel_login = channels.resolve(asked)
    return { asked, channel_login, lease_until: await take(channel_login), error: null }
  } catch (error) {
    return { asked, channel_login, lease_until: null, error: refusalIn(error) }
  }
}

function refusalIn(error: unknown): RequestError {
  if (error instanceof RequestRefused) return error.toBody()
  throw error
}
