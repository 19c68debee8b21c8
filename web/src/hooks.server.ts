import type { Handle } from '@sveltejs/kit/hooks'
import { readPreferred } from './lib/preferences/cookies.ts'

/** The page's language is known before it is rendered; its font is loaded with the first bytes. */
export const handle: Handle = ({ event, resolve }) => {
  const preferred = readPreferred(
    (name) => event.cookies.get(name),
    event.request.headers.get('accept-language'),
  )
  event.locals.preferred = preferred
  return resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%lang%', preferred.locale),
    preload: ({ type }) => type === 'js' || type === 'css' || type === 'font',
  })
}
