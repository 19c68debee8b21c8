const overlayRoute = '/overlay/[channels]'
const builderRoute = '/(app)/overlay'

/** Whether a page is an overlay, which lies on a video. */
export function isOnAir(route: string | null): boolean {
  return route === overlayRoute
}

/** The content security policy of a page. Only the page that builds overlays frames something, and only overlays are framed. */
export function policyOf(route: string | null, policy: string): string {
  if (route === overlayRoute) return policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
  return route === builderRoute ? `${policy}; frame-src 'self'` : policy
}
