const overlayRoute = '/overlay/[channels]'
const appRoutes = '/(app)'

/** Whether a page is an overlay, which lies on a video. */
export function isOnAir(route: string | null): boolean {
  return route === overlayRoute
}

/**
 * The content security policy of a page. Only overlays are framed, and by the page that builds them: a browser keeps the policy of
 * the page that it loaded first, so each page from which a link leads there has the same.
 */
export function policyOf(route: string | null, policy: string): string {
  if (route === overlayRoute) return policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
  return route?.startsWith(appRoutes) === true ? `${policy}; frame-src 'self'` : policy
}
