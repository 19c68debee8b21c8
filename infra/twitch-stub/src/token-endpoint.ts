import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Answer {
  status: number
  body: unknown
  headers?: Readonly<Record<string, string>>
}

/**
 * A stand-in for `POST https://id.twitch.tv/oauth2/token`: grants access tokens for refresh tokens and to applications, and can
 * be made to fail.
 */
export class TokenEndpoint {
  /** Refresh tokens that are good, and whose they are. */
  readonly refreshTokens = new Map<string, string>()
  /** The secrets of applications, by client id. */
  readonly applications = new Map<string, string>()
  /** The access tokens of applications that are valid. */
  readonly applicationTokens = new Set<string>()
  /** Every request's parameters, in order. */
  readonly requests: URLSearchParams[] = []
  /** What it answers instead of what Twitch would. */
  failsWith: Answer | undefined
  readonly #accessTokens: Map<string, string>

  /** `accessTokens`: takes each token that is granted, and whose it is. */
  constructor(accessTokens: Map<string, string>) {
    this.#accessTokens = accessTokens
  }

  /** The answer to a request; undefined for one that is for another door. */
  async answer(request: IncomingMessage): Promise<Answer | undefined> {
    const url = new URL(request.url ?? '', 'http://stand-in')
    if (request.method !== 'POST' || url.pathname !== '/oauth2/token') return undefined
    const given = new URLSearchParams([...url.searchParams, ...new URLSearchParams(await text(request))])
    this.requests.push(given)
    if (this.failsWith !== undefined) return this.failsWith
    if (given.get('grant_type') === 'client_credentials') return this.#grantApplication(given)
    const refreshToken = given.get('refresh_token') ?? ''
    const login = this.refreshTokens.get(refreshToken)
    if (login === undefined) return { status: 400, body: { status: 400, message: 'Invalid refresh token' } }
    const token = newToken()
    this.#accessTokens.set(token, login)
    return {
      status: 200,
      body: {
        access_token: token,
        expires_in: 14_400,
        refresh_token: refreshToken,
        scope: ['chat:read'],
        token_type: 'bearer',
      },
    }
  }
  #grantApplication(given: URLSearchParams): Answer {
    const secret = this.applications.get(given.get('client_id') ?? '')
    if (secret === undefined) return { status: 400, body: { status: 400, message: 'invalid client' } }
    if (secret !== given.get('client_secret'))
      return { status: 403, body: { status: 403, message: 'invalid client secret' } }
    const token = newToken()
    this.applicationTokens.add(token)
    return { status: 200, body: { access_token: token, expires_in: 5_011_271, token_type: 'bearer' } }
  }
}

function newToken(): string {
  return randomUUID().replaceAll('-', '')
}
