import { RefreshingAuthProvider } from '@twurple/auth'

export interface TwitchCredentials {
  clientId: string
  clientSecret: string
  refreshToken: string
}

/** What is asked of Twitch's token endpoint. */
export interface TokenSource {
  /** A valid access token. */
  current(): Promise<string>
  /** A new access token, whatever the last one seemed to be. */
  refresh(): Promise<string>
}

/** The tokens of the account that the refresh token belongs to. */
export function createTokenSource({ clientId, clientSecret, refreshToken }: TwitchCredentials): TokenSource {
  const provider = new RefreshingAuthProvider({ clientId, clientSecret })
  let user: Promise<string> | undefined
  const userId = () => {
    user ??= provider.addUserForToken(
      { accessToken: '', refreshToken, expiresIn: 0, obtainmentTimestamp: 0, scope: ['chat:read'] },
      ['chat'],
    )
    // A failure, such as no network yet, is not kept.
    user.catch(() => (user = undefined))
    return user
  }
  return {
    async current() {
      const token = await provider.getAccessTokenForUser(await userId())
      if (token === null) throw new Error('Twitch gave no token; check TWITCH_REFRESH_TOKEN')
      return token.accessToken
    },
    async refresh() {
      return (await provider.refreshAccessTokenForUser(await userId())).accessToken
    },
  }
}

/**
 * What a connection logs in with: nothing without a source, which is anonymous; a refreshed token when Twitch rejected the
 * last one.
 */
export function loginToken(
  source: TokenSource | undefined,
): (rejected: boolean) => Promise<string | undefined> {
  return (rejected) => {
    if (source === undefined) return Promise.resolve(undefined)
    return rejected ? source.refresh() : source.current()
  }
}
