import type { Handle } from '@sveltejs/kit/hooks'
import { isOnAir, policyOf } from './lib/overlay/framing.ts'
import { readPreferred } from './lib/preferences/cookies.ts'

/** The page's language is known before it is rendered; its font is loaded with the first bytes. */
export const handle: Handle = async ({ event, resolve }) => {
  const preferred = readPreferred(
    (name) => event.cookies.get(name),
    event.request.headers.get('accept-language'),
  )
  event.locals.preferred = preferred
  const route = event.route.id
  const response = await resolve(event, {
    transformPageChunk: ({ html }) =>
      html.replace('%lang%', preferred.locale).replace('%place%', isOnAir(route) ? 'on-air' : 'page'),
    preload: ({ type }) => type === 'js' || type === 'css' || type === 'font',
  })
  const policy = response.headers.get('content-security-policy')
  if (policy !== null) response.headers.set('content-security-policy', policyOf(route, policy))
  return response
}
