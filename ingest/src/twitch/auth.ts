import { z } from 'zod'
import { fetchBounded, jsonOf, type FetchFailed } from '@chat-battle/runtime/http/fetch-bounded'

/** The Twitch application that this installation runs as. */
export interface TwitchApplication {
  clientId: string
  clientSecret: string
}

export interface TwitchCredentials extends TwitchApplication {
  refreshToken: string
}

export interface TokenSource {
  /** Resolves to a valid access token other than `rejected`, which Twitch refused. After a failure the next call tries again. */
  token(rejected: string | undefined): Promise<string>
}

export interface TokenOptions {
  /** Monotonic ms. */
  clock?: () => number
  /** How long the endpoint may take. */
  withinMs?: number
}

const usualWithinMs = 10_000

/** How long before its expiry a token is renewed. */
const expiryMarginMs = 60_000
/** A grant has a few hundred bytes. */
const maxGrantBytes = 64 * 1024

const grant = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().optional(),
})

type Grant = z.infer<typeof grant>

interface AccessToken {
  text: string
  /** Monotonic ms. */
  expiresAtMs: number
}

/** The endpoint refused the credentials, so the same ones will be refused again. */
class CredentialsRefused extends Error {}

/** Keeps the current access token until shortly before its expiry. Callers share one request for the next. */
class GrantedTokens implements TokenSource {
  readonly #request: () => Promise<Grant>
  readonly #clock: () => number
  #current: AccessToken | undefined
  #requesting: Promise<AccessToken> | undefined

  /** `clock`: monotonic ms. */
  constructor(request: () => Promise<Grant>, clock: () => number = () => performance.now()) {
    this.#request = request
    this.#clock = clock
  }

  async token(rejected: string | undefined): Promise<string> {
    const current = this.#current
    const isGood =
      current !== undefined &&
      current.text !== rejected &&
      this.#clock() < current.expiresAtMs - expiryMarginMs
    if (isGood) return current.text
    this.#requesting ??= this.#renew().finally(() => (this.#requesting = undefined))
    return (await this.#requesting).text
  }

  async #renew(): Promise<AccessToken> {
    const requestedAtMs = this.#clock()
    const { access_token, expires_in = Infinity } = await this.#request()
    this.#current = { text: access_token, expiresAtMs: requestedAtMs + expires_in * 1000 }
    return this.#current
  }
}

/** Access tokens of the account that owns the refresh token (https://dev.twitch.tv/docs/authentication/refresh-tokens/). */
export function refreshedTokens(
  authUrl: string,
  { refreshToken, ...application }: TwitchCredentials,
  { clock, withinMs }: TokenOptions = {},
): TokenSource {
  // Twitch may replace the refresh token at every use.
  let newRefreshToken: string | undefined
  const refresh = async () => {
    const given = { grant_type: 'refresh_token', refresh_token: newRefreshToken ?? refreshToken }
    try {
      const granted = await requestGrant(authUrl, application, given, withinMs)
      newRefreshToken = granted.refresh_token ?? newRefreshToken
      return granted
    } catch (error) {
      // If the replacement stops working, the configured refresh token is tried again.
      if (error instanceof CredentialsRefused) newRefreshToken = undefined
      throw error
    }
  }
  return new GrantedTokens(refresh, clock)
}

/**
 * Access tokens of the application itself, without an account
 * (https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#client-credentials-grant-flow).
 */
export function applicationTokens(
  authUrl: string,
  application: TwitchApplication,
  { clock, withinMs }: TokenOptions = {},
): TokenSource {
  const given = { grant_type: 'client_credentials' }
  return new GrantedTokens(() => requestGrant(authUrl, application, given, withinMs), clock)
}

/** Secrets are sent in a body, never in a URL. No error contains anything of the request or the response body. */
async function requestGrant(
  authUrl: string,
  { clientId, clientSecret }: TwitchApplication,
  given: { grant_type: string; refresh_token?: string },
  withinMs = usualWithinMs,
): Promise<Grant> {
  const url = `${authUrl.replace(/\/$/, '')}/token`
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...given })
  const bounds = { withinMs, maxBytes: maxGrantBytes }
  const response = await fetchBounded(url, { method: 'POST', body }, bounds).catch((error: unknown) => {
    throw new Error(`Twitch's token endpoint was not reached: ${(error as FetchFailed).message}`)
  })
  const { status } = response
  const answered = `Twitch's token endpoint answered ${status}`
  if (status === 400 || status === 401) {
    const ids = given.refresh_token === undefined ? '' : 'TWITCH_REFRESH_TOKEN and '
    throw new CredentialsRefused(`${answered}; check ${ids}TWITCH_CLIENT_ID`)
  }
  if (status === 403) throw new Error(`${answered}; check TWITCH_CLIENT_SECRET`)
  if (status !== 200) throw new Error(answered)
  const read = grant.safeParse(jsonOf(response))
  if (!read.success) throw new Error("Twitch's token endpoint answered without a token")
  return read.data
}

/** The token that a connection logs in with; undefined, which means anonymous, without a source. */
export function loginToken(
  source: TokenSource | undefined,
): (rejected: string | undefined) => Promise<string | undefined> {
  return (rejected) => source?.token(rejected) ?? Promise.resolve(undefined)
}
