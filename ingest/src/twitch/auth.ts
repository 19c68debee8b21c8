import { z } from 'zod'

export interface TwitchCredentials {
  clientId: string
  clientSecret: string
  refreshToken: string
}

export interface TokenSource {
  /** Resolves to a valid access token other than `rejected`, which Twitch refused. After a failure the next call tries again. */
  token(rejected: string | undefined): Promise<string>
}

/** How long before its expiry a token is renewed. */
const expiryMarginMs = 60_000

const grant = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().optional(),
})

interface AccessToken {
  text: string
  /** Monotonic ms. */
  expiresAtMs: number
}

/**
 * Access tokens of the account that owns the refresh token (https://dev.twitch.tv/docs/authentication/refresh-tokens/).
 * Secrets are sent in a body, never in a URL. No error contains anything of the request or the response body.
 */
export class RefreshedTokens implements TokenSource {
  readonly #url: string
  readonly #credentials: TwitchCredentials
  readonly #withinMs: number
  readonly #clock: () => number
  /** Twitch may replace the refresh token at every use. */
  #newRefreshToken: string | undefined
  #current: AccessToken | undefined
  #refreshing: Promise<AccessToken> | undefined

  /** `clock`: monotonic ms. `withinMs`: how long the endpoint may take. */
  constructor(
    authUrl: string,
    credentials: TwitchCredentials,
    { clock = () => performance.now(), withinMs = 10_000 } = {},
  ) {
    this.#url = `${authUrl.replace(/\/$/, '')}/token`
    this.#credentials = credentials
    this.#withinMs = withinMs
    this.#clock = clock
  }

  async token(rejected: string | undefined): Promise<string> {
    const current = this.#current
    const isGood =
      current !== undefined &&
      current.text !== rejected &&
      this.#clock() < current.expiresAtMs - expiryMarginMs
    if (isGood) return current.text
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined))
    return (await this.#refreshing).text
  }

  async #refresh(): Promise<AccessToken> {
    const requestedAtMs = this.#clock()
    const response = await this.#request()
    // If the replacement stops working, the configured refresh token is tried again.
    if (response.status === 400 || response.status === 401) this.#newRefreshToken = undefined
    if (!response.ok) throw new Error(`Twitch's token endpoint answered ${response.status}${hint(response)}`)
    const read = grant.safeParse(await response.json().catch(() => undefined))
    if (!read.success) throw new Error("Twitch's token endpoint answered without a token")
    const { access_token, refresh_token, expires_in = Infinity } = read.data
    this.#newRefreshToken = refresh_token ?? this.#newRefreshToken
    this.#current = { text: access_token, expiresAtMs: requestedAtMs + expires_in * 1000 }
    return this.#current
  }

  async #request(): Promise<Response> {
    const { clientId, clientSecret, refreshToken } = this.#credentials
    try {
      return await fetch(this.#url, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: clientId,
          client_secret: clientSecret,
          refresh_token: this.#newRefreshToken ?? refreshToken,
        }),
        // A redirect would send the secrets to another address.
        redirect: 'error',
        signal: AbortSignal.timeout(this.#withinMs),
      })
    } catch (error) {
      throw new Error(`Twitch's token endpoint was not reached: ${reasonOf(error)}`)
    }
  }
}

function hint({ status }: Response): string {
  if (status === 400 || status === 401) return '; check TWITCH_REFRESH_TOKEN and TWITCH_CLIENT_ID'
  return status === 403 ? '; check TWITCH_CLIENT_SECRET' : ''
}

/** An error's code or name, never its message, which may quote the request. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}

/** The token that a connection logs in with; undefined, which means anonymous, without a source. */
export function loginToken(
  source: TokenSource | undefined,
): (rejected: string | undefined) => Promise<string | undefined> {
  return (rejected) => source?.token(rejected) ?? Promise.resolve(undefined)
}
